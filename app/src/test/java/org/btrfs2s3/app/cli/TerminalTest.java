package org.btrfs2s3.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a terminal that {@code script} of util-linux makes. */
final class TerminalTest {

  private static final Path SCRIPT = Path.of("/usr/bin/script");

  /** What the child does. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] arguments) {
      var passphrase = Terminal.readPassphrase("0x1 in /k", false);
      System.out.println(passphrase == null ? "nobody" : "<" + String.valueOf(passphrase) + ">");
    }
  }

  @Test
  void asksForAPassphraseAlthoughInputAndOutputArePipes() throws Exception {
    var seen = afterTyping("päß wörd");

    assertThat(seen).contains("got <päß wörd>").contains(" echo ").contains(" susp = ^Z");
    assertThat(seen.replace("got <päß wörd>", "")).doesNotContain("wörd");
  }

  /** A shell that gets the terminal back then would show nothing of what is typed. */
  @Test
  void isNotStoppedWhileItAsks() throws Exception {
    assertThat(afterTyping("\u001asecret")).contains("got <\u001asecret>").contains(" echo ");
  }

  /** What the terminal shows after the prompt. */
  private static String afterTyping(String line) throws Exception {
    assumeThat(Files.isExecutable(SCRIPT)).as("there is %s", SCRIPT).isTrue();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        "true | '%s' --enable-native-access=ALL-UNNAMED -cp \"$CLASSES\" '%s' | sed 's/^/got /'; stty -a"
            .formatted(java, Asking.class.getName());
    var builder =
        new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null")
            .redirectErrorStream(true);
    builder.environment().put("CLASSES", System.getProperty("java.class.path"));
    Process process = builder.start();
    String seen = "";
    try (var out = process.getInputStream();
        var in = process.getOutputStream()) {
      var text = new StringBuilder();
      while (!text.toString().contains("in /k: ")) {
        int next = out.read();
        assertThat(next).as("the prompt, after %s", text).isNotNegative();
        text.append((char) next);
      }
      in.write((line + "\n").getBytes(UTF_8));
      in.flush();
      seen = new String(out.readAllBytes(), UTF_8);
    }

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return seen;
  }

  @Test
  void asksNobodyWithoutATerminal() throws Exception {
    var process =
        new ProcessBuilder(
                "setsid",
                "--wait",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Asking.class.getName())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("nobody\n");
  }
}
