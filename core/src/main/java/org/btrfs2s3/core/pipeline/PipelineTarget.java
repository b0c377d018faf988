package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/** Where a pipeline's output goes, such as {@code pendingObject::write} or {@code out::write}. */
@FunctionalInterface
public interface PipelineTarget {

  /** Takes the next bytes. They are copied or written before this returns. */
  void write(byte[] bytes, int offset, int length) throws IOException, InterruptedException;
}
