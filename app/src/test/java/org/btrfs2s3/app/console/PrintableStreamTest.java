package org.btrfs2s3.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** Nobody who names a file, or answers a request, drives the terminal by way of the log. */
final class PrintableStreamTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream log = new PrintableStream(new PrintStream(written, true, UTF_8));

  @Test
  void controlCharactersBecomeVisible() {
    log.println("remote a: \u001b[2JGröße\u202e");

    assertThat(written.toString(UTF_8)).isEqualTo("remote a: \\u001b[2JGröße\\u202e\n");
  }

  @Test
  void tracesKeepTheirLines() {
    new IOException("of\u001b[2J").printStackTrace(log);

    assertThat(written.toString(UTF_8).lines())
        .hasSizeGreaterThan(2)
        .first()
        .isEqualTo("java.io.IOException: of\\u001b[2J");
    assertThat(written.toString(UTF_8).lines().skip(1)).allMatch(line -> line.startsWith("  at "));
  }
}
