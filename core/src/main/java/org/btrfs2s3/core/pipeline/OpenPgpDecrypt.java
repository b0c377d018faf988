package org.btrfs2s3.core.pipeline;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts one binary OpenPGP message with a modification detection code, ours or gpg's.
 *
 * <p>That code stands at the end. What is written before may have been tampered with; the stage
 * fails then, so that nothing after it sees the stream's end. Messages without such a code are
 * refused, and so is anything after the message. Where signers are required, so is a message that
 * holds no good signature by one of them; else signatures are not looked at.
 *
 * <p>Needs less than 16 MiB, whatever the message is: what stands around its content is limited.
 */
final class OpenPgpDecrypt implements Stage {

  /** Session keys for {@link Recipients#MOST} keys of any kind have less. */
  static final long MOST_BYTES = 1 << 20;

  static final int MOST_PACKETS = 1024;

  /** Each is tried with each key, which takes some time. */
  static final int MOST_UNNAMED = 64;

  private static final int NAMED_IN_MESSAGE = 32;

  private final Identities identities;
  private final Signers signers;

  OpenPgpDecrypt(Identities identities, Signers signers) {
    this.identities = identities;
    this.signers = signers;
  }

  @Override
  public String name() {
    return "openpgp -d";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    try {
      decrypt(new BCPGInputStream(new PacketLimit(in, MOST_PACKETS, MOST_BYTES)), out);
    } catch (EOFException e) {
      // The library's, without a message.
      throw new IOException("damaged OpenPGP message: it ends within a packet", e);
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
    ContentSignatures signatures = OpenPgpContent.copy(decryption.clear(), out, signers);
    if (!decryption.data().verify()) {
      throw new IOException("integrity check failed: the message is damaged or truncated");
    }
    if (packets.read() >= 0) {
      throw new IOException("unexpected data after the OpenPGP message");
    }
    signatures.require();
  }

  private record Decryption(PGPPublicKeyEncryptedData data, InputStream clear) {}

  private Decryption begin(PGPEncryptedDataList message) throws IOException, PGPException {
    var recipients = new ArrayList<PGPPublicKeyEncryptedData>();
    for (Object method : message) {
      if (method instanceof PGPPublicKeyEncryptedData data) {
        recipients.add(data);
      }
    }
    for (PGPPublicKeyEncryptedData data : recipients) {
      PGPKeyPair key = identities.find(data.getKeyIdentifier().getKeyId());
      if (key != null) {
        return decryption(data, key);
      }
    }
    var unnamed = recipients.stream().filter(OpenPgpDecrypt::isUnnamed).toList();
    if (unnamed.size() > MOST_UNNAMED) {
      throw new IOException(
          "an OpenPGP message for more than %d keys that it does not name".formatted(MOST_UNNAMED));
    }
    for (PGPPublicKeyEncryptedData data : unnamed) {
      PGPKeyPair key = fitting(data);
      if (key != null) {
        return decryption(data, key);
      }
    }
    throw noKey(recipients);
  }

  private static Decryption decryption(PGPPublicKeyEncryptedData data, PGPKeyPair key)
      throws PGPException {
    return new Decryption(data, data.getDataStream(new CfbDecryptorFactory(key)));
  }

  /** Of a recipient whom the message hides. */
  private static boolean isUnnamed(PGPPublicKeyEncryptedData data) {
    return data.getKeyIdentifier().getKeyId() == 0;
  }

  /** The first key that makes a session key of it, checksum included. */
  private @Nullable PGPKeyPair fitting(PGPPublicKeyEncryptedData data) {
    return identities.keys().stream()
        .filter(key -> key.getPublicKey().getAlgorithm() == data.getAlgorithm())
        .filter(key -> opens(key, data))
        .findFirst()
        .orElse(null);
  }

  private static boolean opens(PGPKeyPair key, PGPPublicKeyEncryptedData data) {
    try {
      var unused = data.getSessionKey(new CfbDecryptorFactory(key));
      return true;
    } catch (PGPException | RuntimeException e) {
      return false; // It is another's.
    }
  }

  private IOException noKey(List<PGPPublicKeyEncryptedData> recipients) {
    String to =
        recipients.stream()
            .limit(NAMED_IN_MESSAGE)
            .map(
                data ->
                    isUnnamed(data)
                        ? "a key that it does not name"
                        : OpenPgpKeyFile.format(data.getKeyIdentifier().getKeyId()))
            .collect(Collectors.joining(", "));
    return new MissingKeyException(
        "no secret key for it: encrypted to "
            + (to.isEmpty() ? "a passphrase" : to)
            + (recipients.size() > NAMED_IN_MESSAGE ? " and others" : "")
            + "; available: "
            + (identities.keyIds().isEmpty() ? "none" : String.join(", ", identities.keyIds()))
            + " (--identity or restore.identities names the file of a key)");
  }
}
