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
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/**
 * Encrypts into one binary OpenPGP message that every gpg reads: a session key packet per
 * recipient, and a symmetrically encrypted and integrity protected data packet of version 1
 * (AES-256, modification detection code) around a literal data packet. Nothing is compressed: that
 * costs nine tenths of the speed, and the stream is compressed already.
 *
 * <p>Needs less than 1 MiB, whatever the stream's length.
 */
record OpenPgpEncrypt(Recipients recipients) implements Stage {

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
    var literal = new PGPLiteralDataGenerator();
    // No try-with-resources: closing after a failure would end the message as if it were whole.
    try {
      OutputStream encrypted = message.open(out, new byte[PARTIAL_BYTES]);
      OutputStream content =
          literal.open(
              encrypted, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[PARTIAL_BYTES]);
      copy(in, content);
      literal.close();
      message.close();
    } catch (PGPException e) {
      throw new IOException("cannot encrypt: " + e.getMessage(), e);
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] bytes = new byte[PARTIAL_BYTES];
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      out.write(bytes, 0, count);
    }
  }
}
