package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GpgHomeTest {
  private static final String ENCRYPT_HERE_DECRYPT_THERE =
      """
      gpg="gpg --batch --quiet --trust-model always --homedir"
      $gpg "$1" --import "$2"
      echo content | $gpg "$1" -z0 --encrypt --recipient "$4" > "$1/message"
      if $gpg "$1" --decrypt "$1/message"; then exit 99; fi
      $gpg "$1" --import "$3"
      $gpg "$1" --decrypt "$1/message"
      """;

  @ParameterizedTest
  @EnumSource
  void exportedKeysEncryptAndDecrypt(GpgHome.Algorithm algorithm, @TempDir Path directory)
      throws Exception {
    try (GpgHome owner = GpgHome.create();
        GpgHome elsewhere = GpgHome.create()) {
      String fingerprint = owner.generateKey(algorithm, "A Test");
      Path publicKey = owner.exportPublic(fingerprint, directory.resolve("key.pub.asc"));
      Path secretKey = owner.exportSecret(fingerprint, directory.resolve("key.asc"));

      Program script =
          Program.bash(
              ENCRYPT_HERE_DECRYPT_THERE, elsewhere.path(), publicKey, secretKey, fingerprint);
      assertThat(script.output()).isEqualTo("content\n");
    }
  }

  @Test
  void closedHomeIsGone() throws Exception {
    GpgHome home = GpgHome.create();
    home.generateKey(GpgHome.Algorithm.CURVE25519, "A Test");
    home.close();

    assertThat(Files.exists(home.path())).isFalse();
  }
}
