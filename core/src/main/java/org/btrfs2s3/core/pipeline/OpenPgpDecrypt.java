package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;

/**
 * Decrypts one binary OpenPGP message with a modification detection code, ours or gpg's.
 *
 * <p>That code stands at the end. What is written before may have been tampered with; the stage
 * fails then, so that nothing after it sees the stream's end. Messages without such a code are
 * refused, and so is anything after the message. Signatures are not looked at.
 *
 * <p>Needs less than 1 MiB (more where gpg compressed with bzip2), whatever the message's length.
 */
final class OpenPgpDecrypt implements Stage {

  private final Identities identities;

  OpenPgpDecrypt(Identities identities) {
    this.identities = identities;
  }

  @Override
  public String name() {
    return "openpgp -d";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    try {
      decrypt(new BCPGInputStream(in), out);
    } catch (PGPException | RuntimeException e) {
      throw new IOException("damaged OpenPGP message: " + e.getMessage(), e);
    }
  }

  private void decrypt(BCPGInputStream packets, OutputStream out) throws IOException, PGPException {
    int tag = packets.skipMarkerAndPaddingPackets();
    if (tag != PacketTags.PUBLIC_KEY_ENC_SESSION && tag != PacketTags.SYMMETRIC_KEY_ENC_SESSION) {
      throw new IOException("not an encrypted binary OpenPGP message, or empty");
    }
    var message = new PGPEncryptedDataList(packets);
    if (!(message.getEncryptedData() instanceof SymmetricEncIntegrityPacket data)
        || data.getVersion() != SymmetricEncIntegrityPacket.VERSION_1) {
      throw new IOException(
          "an OpenPGP message of an unsupported kind: only those with a modification detection"
              + " code (SEIPD version 1) are read");
    }
    Decryption decryption = begin(message);
    OpenPgpContent.copy(decryption.clear(), out);
    if (!decryption.data().verify()) {
      throw new IOException("integrity check failed: the message is damaged or truncated");
    }
    if (packets.read() >= 0) {
      throw new IOException("unexpected data after the OpenPGP message");
    }
  }

  private record Decryption(PGPPublicKeyEncryptedData data, InputStream clear) {}

  private Decryption begin(PGPEncryptedDataList message) throws IOException, PGPException {
    var recipients = new ArrayList<Long>();
    for (Object method : message) {
      if (method instanceof PGPPublicKeyEncryptedData data) {
        long keyId = data.getKeyIdentifier().getKeyId();
        recipients.add(keyId);
        PGPKeyPair key = identities.find(keyId);
        if (key != null) {
          return new Decryption(data, data.getDataStream(new CfbDecryptorFactory(key)));
        }
      }
    }
    throw new MissingKeyException(
        "no secret key for it: encrypted to "
            + recipients.stream().map(OpenPgpKeyFile::format).collect(Collectors.joining(", "))
            + "; available: "
            + (identities.keyIds().isEmpty()
                ? "none (--identity or restore.identities names the file of a key)"
                : String.join(", ", identities.keyIds())));
  }
}
