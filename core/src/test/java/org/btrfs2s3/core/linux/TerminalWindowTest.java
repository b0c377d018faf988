package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.btrfs2s3.core.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TerminalWindowTest {

  private static final int CLOSED = 1_000_000;

  @Test
  void isNotThereWhereThereIsNoTerminal() {
    assertThat(TerminalWindow.of(CLOSED)).isEmpty();
  }

  @Test
  void hasTheSizeThatTheTerminalTells(@TempDir Path directory) throws IOException {
    // A JVM of its own, because this one's standard error is no terminal.
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String probe =
        "stty cols 101 rows 33; %s --enable-native-access=ALL-UNNAMED -cp '%s' '%s'"
            .formatted(java, System.getProperty("java.class.path"), Probe.class.getName());

    Command.run("script", "-qec", probe, directory.resolve("typescript").toString());

    assertThat(directory.resolve("typescript"))
        .content()
        .contains("window: Optional[TerminalWindow[columns=101, rows=33]]");
  }

  /** Prints what it sees. */
  static final class Probe {

    private Probe() {}

    public static void main(String[] arguments) {
      System.out.println("window: " + TerminalWindow.ofStandardError());
    }
  }

  @Test
  void isNotEmpty() {
    assertThatThrownBy(() -> new TerminalWindow(0, 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 x 24");
  }
}
