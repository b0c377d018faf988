package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.Stage;

/**
 * Anybody may write a message, and everybody who knows the public key what is inside of it. An even
 * first byte: the message; an odd one: its content, which is encrypted then.
 */
final class OpenPgpFuzzTest {

  /** Made once: its bytes are not in any input. */
  private record Keys(PGPPublicKey recipient, Stage anyone, Stage signed) {

    static final Keys KEYS = make();

    private static Keys make() {
      try {
        OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key("someone").build();
        Path secret = Files.createTempFile("fuzz", ".asc");
        Path certificate = Files.createTempFile("fuzz", ".pgp");
        try {
          Files.writeString(secret, key.toAsciiArmoredString());
          Files.write(certificate, key.toCertificate().getEncoded());
          var identities = Identities.load(List.of(secret), IdentityPassphrase.NONE);
          var signers = Signers.load(List.of(certificate), Instant.now().plus(Duration.ofHours(1)));
          return new Keys(
              key.getEncryptionKeys().getFirst().getPGPPublicKey(),
              Decoding.stages(List.of(".gpg"), identities).getFirst(),
              Decoding.stages(List.of(".gpg"), identities, signers).getFirst());
        } finally {
          Files.delete(secret);
          Files.delete(certificate);
        }
      } catch (IOException | PGPException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @FuzzTest(maxDuration = "10s")
  void isDecryptedOrRefused(byte[] bytes) throws IOException, PGPException, InterruptedException {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    byte[] message = (bytes[0] & 1) == 0 ? rest : encrypted(rest);
    boolean unsigned = isAccepted(message, Keys.KEYS.anyone());
    boolean signed = isAccepted(message, Keys.KEYS.signed());
    assertThat(signed).as("nothing is signed: nobody has the secret key").isFalse();
    assertThat(unsigned).isIn(true, false);
  }

  private static boolean isAccepted(byte[] message, Stage decrypt) throws InterruptedException {
    try {
      decrypt.transform(new ByteArrayInputStream(message), OutputStream.nullOutputStream());
      return true;
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
      return false;
    }
  }

  private static byte[] encrypted(byte[] content) throws IOException, PGPException {
    var generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setWithIntegrityPacket(true));
    generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(Keys.KEYS.recipient()));
    var message = new ByteArrayOutputStream();
    try (var out = generator.open(message, new byte[1 << 12])) {
      out.write(content);
    }
    return message.toByteArray();
  }
}
