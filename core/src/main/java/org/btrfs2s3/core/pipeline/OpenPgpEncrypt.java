package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts into one binary OpenPGP message that every gpg reads: a session key packet per
 * recipient, and a symmetrically encrypted and integrity protected data packet of version 1
 * (AES-256, modification detection code) around a literal data packet, which a one-pass signature
 * surrounds where there is a signer. Nothing is compressed: that costs nine tenths of the speed,
 * and the stream is compressed already.
 *
 * <p>Needs less than 1 MiB, whatever the stream's length.
 */
record OpenPgpEncrypt(Recipients recipients, @Nullable SigningKey signer) implements Stage {

  /** Length of partial packets, a power of two (RFC 9580, 4.2.1.4). */
  private static final int PARTIAL_BYTES = 64 << 10;

  @Override
  public String name() {
    return "openpgp";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    var random = new SecureRandom();
    var message = new PGPEncryptedDataGenerator(new CfbEncryptorBuilder(random));
    for (PGPPublicKey key : recipients.keys()) {
      message.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key).setSecureRandom(random));
    }
    // No try-with-resources: closing after a failure would end the message as if it were whole.
    try {
      OutputStream encrypted = message.open(out, new byte[PARTIAL_BYTES]);
      if (signer == null) {
        writeLiteral(in, encrypted, (_, _) -> {});
      } else {
        PGPSignatureGenerator signature = signer.begin();
        signature.generateOnePassVersion(false).encode(encrypted);
        writeLiteral(in, encrypted, (bytes, count) -> signature.update(bytes, 0, count));
        signature.generate().encode(encrypted);
      }
      message.close();
    } catch (PGPException | IllegalStateException e) {
      throw new IOException("cannot encrypt: " + e.getMessage(), e);
    }
  }

  private interface Hashing {
    void update(byte[] bytes, int count);
  }

  private static void writeLiteral(InputStream in, OutputStream encrypted, Hashing hashing)
      throws IOException {
    var literal = new PGPLiteralDataGenerator();
    OutputStream content =
        literal.open(
            encrypted, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[PARTIAL_BYTES]);
    byte[] bytes = new byte[PARTIAL_BYTES];
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      hashing.update(bytes, count);
      content.write(bytes, 0, count);
    }
    literal.close();
  }
}
