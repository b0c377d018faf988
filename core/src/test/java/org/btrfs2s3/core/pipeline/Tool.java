package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;

/** The programs that users have, to compare with. */
final class Tool {

  private Tool() {}

  static void assumeInstalled(String program) {
    boolean installed =
        List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    Assumptions.assumeTrue(installed, program + " is not installed");
  }

  /** Runs a program to success; its standard output. */
  static byte[] run(byte[] input, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    CompletableFuture<Void> feeding = CompletableFuture.runAsync(() -> feed(process, input));
    byte[] output = process.getInputStream().readAllBytes();
    feeding.join();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return output;
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
