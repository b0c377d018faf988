package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies some bytes, and fails. */
final class FailingCopy extends Copy {

  private final int position;

  FailingCopy(int position) {
    this.position = position;
  }

  @Override
  public String name() {
    return "failing";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    out.write(in.readNBytes(position));
    throw new IOException("at " + position);
  }
}
