package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PassphrasesTest {

  @TempDir private Path directory = Path.of("");

  private final StringWriter err = new StringWriter();

  private Path file(String name, String content) throws IOException {
    var file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private String passphrase(
      @Nullable Path option, Map<String, String> environment, @Nullable Path configured)
      throws IOException {
    try (var passphrases = Passphrases.of(option, environment, configured, new PrintWriter(err))) {
      return String.valueOf(passphrases.passphraseOf("0x1 in /k"));
    }
  }

  @Test
  void takesTheFirstThatIsThere() throws Exception {
    var option = file("option", "of the option\n");
    var configured = file("configured", "of the configuration");
    file("btrfs2s3-passphrase", "of systemd\n");
    Map<String, String> environment = new HashMap<>();
    environment.put("BTRFS2S3_PASSPHRASE", "of the environment");
    environment.put("CREDENTIALS_DIRECTORY", directory.toString());

    assertThat(passphrase(option, environment, configured)).isEqualTo("of the option");
    assertThat(passphrase(null, environment, configured)).isEqualTo("of the environment");
    environment.put("BTRFS2S3_PASSPHRASE", "");
    assertThat(passphrase(null, environment, configured)).isEqualTo("of systemd");
    Files.delete(directory.resolve("btrfs2s3-passphrase"));
    assertThat(passphrase(null, environment, configured)).isEqualTo("of the configuration");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void handsOutCopiesSinceEachIsOverwritten() throws Exception {
    try (var passphrases =
        Passphrases.of(file("p", "secret"), Map.of(), null, new PrintWriter(err))) {
      var first = passphrases.passphraseOf("0x1 in /k");
      assertThat(first).isNotNull();
      Arrays.fill(first, '\0');

      assertThat(passphrases.passphraseOf("0x2 in /k")).containsExactly("secret".toCharArray());
    }
  }

  @Test
  void onlyWhoTypesIsAskedAgain() throws Exception {
    try (var typed = Passphrases.of(null, Map.of(), null, new PrintWriter(err));
        var known =
            Passphrases.of(
                null, Map.of("BTRFS2S3_PASSPHRASE", "wrong"), null, new PrintWriter(err));
        var read = Passphrases.of(file("p", "wrong"), Map.of(), null, new PrintWriter(err))) {
      assertThat(typed.mayDoBetter(1)).isTrue();
      assertThat(typed.mayDoBetter(2)).isTrue();
      assertThat(typed.mayDoBetter(3)).isFalse();
      assertThat(known.mayDoBetter(1)).isFalse();
      assertThat(read.mayDoBetter(1)).isFalse();
    }
  }

  @Test
  void warnsOfAFileThatEverybodyCanRead() throws Exception {
    var file = file("p", "secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(passphrase(file, Map.of(), null)).isEqualTo("secret");
    assertThat(err.toString()).contains(file + " holds a passphrase", "chmod o-r");
  }

  @Test
  void saysWhyAFileIsOfNoUse() {
    var missing = directory.resolve("missing");

    assertThatThrownBy(() -> passphrase(missing, Map.of(), null))
        .hasMessage("cannot read a passphrase from " + missing + ": there is no such file");
  }
}
