package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.Stage;

/** Shows everything that flows past to somebody who may object. */
final class CheckStage implements Stage {
  private static final int BUFFER_BYTES = 64 << 10;

  private final PipelineTarget check;

  CheckStage(PipelineTarget check) {
    this.check = check;
  }

  @Override
  public String name() {
    return "check";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException, InterruptedException {
    var bytes = new byte[BUFFER_BYTES];
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      check.write(bytes, 0, count);
      out.write(bytes, 0, count);
    }
  }
}
