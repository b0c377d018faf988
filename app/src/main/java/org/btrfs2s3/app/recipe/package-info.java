/**
 * The shell commands that restore a backup without this program (invariant 8).
 *
 * <p>May use everything but the command line.
 */
@NullMarked
package org.btrfs2s3.app.recipe;

import org.jspecify.annotations.NullMarked;
