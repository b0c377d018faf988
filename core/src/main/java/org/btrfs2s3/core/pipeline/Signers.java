package org.btrfs2s3.core.pipeline;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.jspecify.annotations.Nullable;

/** Whose signature content must carry. Immutable. */
public final class Signers {

  /** The content is hashed for each. */
  static final int MOST_SIGNATURES = 16;

  private static final Signers ANYONE = new Signers(Map.of());

  private final Map<Long, SignatureKey> keys;

  private Signers(Map<Long, SignatureKey> keys) {
    this.keys = keys;
  }

  /** Signatures are not asked for and not looked at. */
  public static Signers anyone() {
    return ANYONE;
  }

  /**
   * The signature of one of the certificates is required; of anyone if there are no files.
   *
   * @param now decides what was revoked: what such a key signed counts no more, whenever that was
   * @throws OpenPgpKeyException if a file cannot be read or holds no certificate, or a certificate
   *     has no key that signs, or was revoked
   */
  public static Signers load(List<Path> files, Instant now) throws OpenPgpKeyException {
    var keys = new LinkedHashMap<Long, SignatureKey>();
    for (Path file : files) {
      List<OpenPGPCertificate> certificates = OpenPgpKeyFile.read(file);
      if (certificates.isEmpty()) {
        throw new OpenPgpKeyException(file, "holds no OpenPGP certificate", null);
      }
      for (OpenPGPCertificate certificate : certificates) {
        signingKeys(file, certificate, now).forEach(key -> keys.put(key.id(), key));
      }
    }
    return files.isEmpty() ? ANYONE : new Signers(keys);
  }

  static Signers of(SignatureKey key) {
    return new Signers(Map.of(key.id(), key));
  }

  private static List<SignatureKey> signingKeys(
      Path file, OpenPGPCertificate certificate, Instant now) throws OpenPgpKeyException {
    List<SignatureKey> found = SignatureKey.of(certificate, now);
    if (found.isEmpty()) {
      String name = OpenPgpKeyFile.format(certificate.getKeyIdentifier().getKeyId());
      boolean revoked = EncryptionKey.isRevoked(certificate.getPrimaryKey(), now);
      throw new OpenPgpKeyException(
          file,
          "certificate "
              + name
              + (revoked ? " is revoked" : ": no key (RSA or Ed25519) that signs and is valid"),
          null);
    }
    return found;
  }

  /** Whether content without such a signature is to be refused. */
  public boolean isRequired() {
    return !keys.isEmpty();
  }

  /** The ids of the keys that sign, such as {@code 0x0123456789ABCDEF}. */
  public List<String> keyIds() {
    return keys.values().stream().map(SignatureKey::name).toList();
  }

  /** Whether what the key signs is what they demand. */
  public boolean accepts(SigningKey key) {
    return keyIds().contains(key.keyId());
  }

  /** Null if nothing that the key signs counts. */
  @Nullable SignatureKey find(long keyId) {
    return keys.get(keyId);
  }

  /** For messages. */
  String wanted() {
    return "a signature by " + String.join(" or ", keyIds()) + " is required";
  }

  /**
   * Demands that bytes were signed.
   *
   * @param signature detached and binary
   * @throws IOException if it is not a signature of these bytes by one of the keys; the message
   *     says why
   */
  public void requireSigned(byte[] content, byte[] signature) throws IOException {
    var reasons = new ArrayList<String>();
    try {
      var packets =
          new BCPGInputStream(
              new PacketLimit(
                  new ByteArrayInputStream(signature), MOST_SIGNATURES, signature.length));
      while (packets.nextPacketTag() == PacketTags.SIGNATURE) {
        if (isGood(new PGPSignature(packets), content, reasons)) {
          return;
        }
      }
    } catch (EOFException e) {
      throw new IOException("not an OpenPGP signature: it ends within a packet", e);
    } catch (PGPException | IOException | RuntimeException e) {
      throw new IOException("not an OpenPGP signature: " + e.getMessage(), e);
    }
    throw new IOException(
        reasons.isEmpty()
            ? "not a binary OpenPGP signature; " + wanted()
            : String.join("; ", reasons) + "; " + wanted());
  }

  private boolean isGood(PGPSignature signature, byte[] content, List<String> reasons)
      throws PGPException {
    SignatureKey key = keys.get(signature.getKeyID());
    if (key == null) {
      reasons.add("signed by " + OpenPgpKeyFile.format(signature.getKeyID()));
      return false;
    }
    String flaw = flaw(signature, key);
    if (flaw == null) {
      signature.init(new JdkContentVerifiers(), key.key());
      signature.update(content);
      if (signature.verify()) {
        return true;
      }
      flaw = "is not one of this content";
    }
    reasons.add("the signature by " + key.name() + " " + flaw);
    return false;
  }

  /** Why a signature does not count, if it is one of the content; null if it does. */
  static @Nullable String flaw(PGPSignature signature, SignatureKey key) {
    if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
      return "is not one of binary content";
    }
    var hashed = signature.getHashedSubPackets();
    var created = hashed == null ? null : hashed.getSignatureCreationTime();
    if (hashed == null || created == null) {
      return "does not say when it was made";
    }
    Instant time = created.toInstant();
    if (time.isBefore(key.created())) {
      return "claims to be older than the key";
    }
    if (key.isExpired(time)) {
      return "was made at " + time + ", after the key had expired";
    }
    return null;
  }
}
