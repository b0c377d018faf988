/**
 * The local btrfs: subvolumes by ioctl, {@code btrfs send} and {@code btrfs receive} as child
 * processes. The port is {@link org.btrfs2s3.core.btrfs.Btrfs}, {@link
 * org.btrfs2s3.core.btrfs.KernelBtrfs} is the real thing.
 *
 * <p>May use {@code core.backup} and {@code core.linux}.
 */
@NullMarked
package org.btrfs2s3.core.btrfs;

import org.jspecify.annotations.NullMarked;
