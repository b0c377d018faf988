package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Reads what a child process writes to its standard error, so that it never blocks on it, and keeps
 * the last 4 KiB.
 */
final class ErrorOutput {

  private static final int KEPT_BYTES = 4096;

  private final InputStream stream;
  private final Thread thread;

  /** Guarded by this. */
  private byte[] kept = {};

  private ErrorOutput(InputStream stream, String name) {
    this.stream = stream;
    this.thread = Thread.ofPlatform().name(name + " stderr").daemon().unstarted(this::drain);
  }

  static ErrorOutput collect(InputStream stream, String name) {
    var output = new ErrorOutput(stream, name);
    output.thread.start();
    return output;
  }

  private void drain() {
    byte[] buffer = new byte[KEPT_BYTES];
    try (stream) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        append(buffer, read);
      }
    } catch (IOException e) {
      // Closed under us when the process was stopped: then nobody asks for its words.
    }
  }

  private synchronized void append(byte[] bytes, int length) {
    byte[] all = Arrays.copyOf(kept, kept.length + length);
    System.arraycopy(bytes, 0, all, kept.length, length);
    kept = Arrays.copyOfRange(all, Math.max(0, all.length - KEPT_BYTES), all.length);
  }

  /**
   * The process' own words as one line, without the progress that it reports even when all is well.
   * To be called after the process has ended; waits at most a second for the rest of the output,
   * which something that the process left behind may hold open.
   */
  String words() throws InterruptedException {
    thread.join(1000);
    String text;
    synchronized (this) {
      text = new String(kept, StandardCharsets.UTF_8);
    }
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !isProgress(line))
        .collect(Collectors.joining("; "));
  }

  private static boolean isProgress(String line) {
    return line.startsWith("At subvol ") || line.startsWith("At snapshot ");
  }
}
