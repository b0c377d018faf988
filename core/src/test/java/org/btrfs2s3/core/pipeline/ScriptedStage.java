package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Does what a test says. Stages are equal if their names and the very script are. */
record ScriptedStage(String name, Script script) implements Stage {

  interface Script {
    void transform(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException, InterruptedException {
    script.transform(in, out);
  }
}
