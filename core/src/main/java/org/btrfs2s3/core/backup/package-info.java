/**
 * The identity of a backup and its spelling in keys and metadata.
 *
 * <p>May use the policy module.
 */
@NullMarked
package org.btrfs2s3.core.backup;

import org.jspecify.annotations.NullMarked;
