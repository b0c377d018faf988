package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/** Byte arrays through stages. */
final class Flow {

  private Flow() {}

  static byte[] through(byte[] input, Stage... stages)
      throws PipelineException, InterruptedException {
    return through(input, List.of(stages));
  }

  static byte[] through(byte[] input, List<Stage> stages)
      throws PipelineException, InterruptedException {
    var out = new ByteArrayOutputStream();
    Pipeline.run(new ByteArrayInputStream(input), stages, out::write);
    return out.toByteArray();
  }

  /** Bytes that neither compress nor repeat; the same for the same length. */
  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Bytes that compress somewhat. */
  static byte[] text(int length) {
    byte[] bytes = noise(length);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + (bytes[i] & 3));
    }
    return bytes;
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** No pipeline leaves a thread behind, however it ends. */
  static void assertAllThreadsHaveEnded() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("pipeline "));
  }
}
