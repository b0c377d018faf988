package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PassphraseFileTest {

  @TempDir private Path directory = Path.of("");

  private String read(byte[] content) throws IOException {
    return new String(PassphraseFile.read(Files.write(directory.resolve("p"), content)));
  }

  private String read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesTheFirstLineAndNothingElse() throws Exception {
    assertThat(read("secret")).isEqualTo("secret");
    assertThat(read("secret\n")).isEqualTo("secret");
    assertThat(read("secret\r\n")).isEqualTo("secret");
    assertThat(read(" blanks stay \nand this is a note\n")).isEqualTo(" blanks stay ");
    assertThat(read("a\n\n")).isEqualTo("a");
    assertThat(read("größe 💾\n")).isEqualTo("größe 💾");
  }

  @Test
  void readsAsMuchAsAnyPassphraseFileHolds() throws Exception {
    var note = "x".repeat((1 << 16) - "secret\n".length());

    assertThat(read("secret\n" + note)).isEqualTo("secret");
    assertThatThrownBy(() -> read("secret\n" + note + "x")).hasMessageContaining("too large");
    assertThatThrownBy(() -> PassphraseFile.read(Path.of("/dev/zero")))
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @CsvSource({"''", "'\\nsecret'", "'\\r\\nsecret'"})
  void anEmptyFirstLineIsNoPassphrase(String text) {
    assertThatThrownBy(() -> read(text.translateEscapes()))
        .hasMessageStartingWith("cannot read a passphrase from " + directory.resolve("p"))
        .hasMessageContaining("first line is empty")
        .hasMessageNotContaining("secret");
  }

  @Test
  void saysWhyAFileIsOfNoUse() {
    assertThatThrownBy(() -> PassphraseFile.read(directory.resolve("missing")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> PassphraseFile.read(directory))
        .hasMessage("cannot read a passphrase from " + directory + ": Is a directory");
    assertThatThrownBy(() -> read(new byte[] {(byte) 0xff})).hasMessageContaining("not UTF-8");
  }
}
