package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The end of what a process wrote to standard error; at most 4 KiB are kept. */
final class LastWords {

  private static final int LIMIT_BYTES = 4096;

  private final byte[] bytes = new byte[LIMIT_BYTES];
  private int length;

  /** Reads to the end. What cannot be read is missing; there is nobody to tell. */
  void readFrom(InputStream in) {
    byte[] buffer = new byte[LIMIT_BYTES];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        append(buffer, count);
      }
    } catch (IOException e) {
      // The process was killed under our hands; its failure is reported elsewhere.
    }
  }

  /** The words, or an empty string. */
  String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
  }

  private void append(byte[] more, int count) {
    int kept = Math.min(length, LIMIT_BYTES - count);
    System.arraycopy(bytes, length - kept, bytes, 0, kept);
    System.arraycopy(more, 0, bytes, kept, count);
    length = kept + count;
  }
}
