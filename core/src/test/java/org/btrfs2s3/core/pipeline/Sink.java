package org.btrfs2s3.core.pipeline;

import java.io.ByteArrayOutputStream;

/** A target that keeps everything. */
final class Sink implements PipelineTarget {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Override
  public void write(byte[] chunk, int offset, int length) {
    bytes.write(chunk, offset, length);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
