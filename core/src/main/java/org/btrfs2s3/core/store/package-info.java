/**
 * The port {@link org.btrfs2s3.core.store.BackupStore}, behind which remotes are, and the store in
 * a directory.
 *
 * <p>May use {@code core.backup} and {@code core.linux}.
 */
@NullMarked
package org.btrfs2s3.core.store;

import org.jspecify.annotations.NullMarked;
