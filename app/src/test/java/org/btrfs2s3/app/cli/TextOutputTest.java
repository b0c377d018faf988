package org.btrfs2s3.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextOutputTest {

  private static final Path FULL = Path.of("/dev/full");

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(told, true, UTF_8);

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "3, 3", "12, 12"})
  void failsWhatHasLostItsOutput(int ofCommand, int expected) {
    var output = failing("No space left on device");

    assertThat(output.exitCode(ofCommand, err)).isEqualTo(expected);
    assertThat(told.toString(UTF_8))
        .isEqualTo(
            "btrfs2s3: cannot write to standard output: No space left on device; what was printed"
                + " there is incomplete"
                + System.lineSeparator());
  }

  @Test
  void letsTheReaderGo() {
    assertThat(failing("Broken pipe").exitCode(0, err)).isZero();
    assertThat(told.size()).isZero();
  }

  @Test
  void saysNothingOfWhatArrived() {
    var arrived = new ByteArrayOutputStream();
    var output = new TextOutput(arrived);
    new PrintStream(output, true, UTF_8).print("text");

    assertThat(output.exitCode(0, err)).isZero();
    assertThat(arrived.toString(UTF_8)).isEqualTo("text");
    assertThat(told.size()).isZero();
  }

  @Test
  void theProgramFailsOnAFullDisk() throws Exception {
    assumeThat(Files.exists(FULL)).as("there is a %s", FULL).isTrue();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--help")
            .redirectOutput(FULL.toFile())
            .start();
    String error = new String(process.getErrorStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(error).contains("cannot write to standard output");
  }

  private static TextOutput failing(String message) {
    var output =
        new TextOutput(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException(message);
              }
            });
    new PrintStream(output, true, UTF_8).println("text");
    return output;
  }
}
