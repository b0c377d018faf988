/**
 * The stages that a stream flows through, and the threads and bounded buffers between them.
 *
 * <p>{@link org.btrfs2s3.core.pipeline.Pipeline} runs {@link org.btrfs2s3.core.pipeline.Stage
 * stages}, which come from an {@link org.btrfs2s3.core.pipeline.Encoding} on the way to a remote
 * and from {@link org.btrfs2s3.core.pipeline.Decoding} on the way back. {@link
 * org.btrfs2s3.core.pipeline.Fanout} does so for several remotes at once. There are stages for
 * zstd, OpenPGP and external commands; {@link org.btrfs2s3.core.pipeline.RateLimit} slows targets
 * down.
 *
 * <p>May use {@code core.sendstream}.
 */
@NullMarked
package org.btrfs2s3.core.pipeline;

import org.jspecify.annotations.NullMarked;
