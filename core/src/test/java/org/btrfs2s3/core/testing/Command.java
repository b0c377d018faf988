package org.btrfs2s3.core.testing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a tool that a test needs, and insists on its success. */
public final class Command {

  private Command() {}

  /**
   * Runs a command to its end.
   *
   * @return what it wrote to standard output and standard error
   * @throws IOException with the same, unless the exit code is 0
   */
  public static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new IOException(List.of(command) + " ended with " + exitCode + ": " + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while running " + List.of(command));
    } finally {
      process.destroyForcibly();
    }
  }
}
