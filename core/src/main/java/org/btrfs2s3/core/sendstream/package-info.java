/**
 * Reads, verifies and rewrites the btrfs send stream format, versions 1 and 2.
 *
 * <p>{@link org.btrfs2s3.core.sendstream.SendStreamVerifier} stands between {@code btrfs send} and
 * a remote, {@link org.btrfs2s3.core.sendstream.SendStreamRewriter} between a remote and {@code
 * btrfs receive}, {@link org.btrfs2s3.core.sendstream.SendStreamRelay} between a remote and whoever
 * wants the stream as it is; {@link org.btrfs2s3.core.sendstream.SizeEstimate} reads {@code btrfs
 * send --no-data}; {@link org.btrfs2s3.core.sendstream.TreeChangeReader} tells what a stream does
 * to the tree that it is applied to. All of them take bytes as they come, in pieces of any size,
 * from one thread. They are visitors of the commands that {@code Framing} finds, and hold at most
 * one command: 64 KiB of a version 1 stream, 1 MiB of version 2.
 *
 * <p>Numbers and layouts are those of the kernel's {@code fs/btrfs/send.h}.
 *
 * <p>Uses nothing of this project but the values of the policy module.
 */
@NullMarked
package org.btrfs2s3.core.sendstream;

import org.jspecify.annotations.NullMarked;
