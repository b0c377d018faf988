/**
 * System calls that the JDK does not offer, through the Foreign Function &amp; Memory API: {@link
 * org.btrfs2s3.core.linux.Directory} (entries by their raw bytes, renaming without replacing,
 * ioctls), {@link org.btrfs2s3.core.linux.DirectoryLock}, {@link
 * org.btrfs2s3.core.linux.KernelClock}, {@link org.btrfs2s3.core.linux.ProcessPipe}. Failures are
 * {@link org.btrfs2s3.core.linux.SystemCallException} with the kernel's own {@link
 * org.btrfs2s3.core.linux.Errno}.
 *
 * <p>May use the JDK only. For 64-bit Linux, x86-64 and arm64.
 */
@NullMarked
package org.btrfs2s3.core.linux;

import org.jspecify.annotations.NullMarked;
