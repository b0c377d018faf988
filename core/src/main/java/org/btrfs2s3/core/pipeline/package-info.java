/**
 * The stages that a stream flows through, and the threads and bounded buffers between them.
 *
 * <p>May use {@code core.sendstream}.
 */
@NullMarked
package org.btrfs2s3.core.pipeline;

import org.jspecify.annotations.NullMarked;
