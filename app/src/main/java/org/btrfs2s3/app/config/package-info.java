/**
 * The configuration file: YAML, read into {@link org.btrfs2s3.app.config.Configuration} by {@link
 * org.btrfs2s3.app.config.ConfigurationReader}.
 *
 * <p>The file is read in two steps. {@code YamlReader} makes a tree of nodes that know their
 * position; the other readers, one for each place of the file, turn the nodes into checked values.
 * A reader reports what is wrong to {@code Problems} and goes on, so that one run shows every
 * mistake of the file. Nothing but the file itself is read: whether a key file or a directory
 * exists is found out by those who use it, who report it with the {@link
 * org.btrfs2s3.app.config.Position} that comes with each such path.
 *
 * <p>May use the policy module.
 */
@NullMarked
package org.btrfs2s3.app.config;

import org.jspecify.annotations.NullMarked;
