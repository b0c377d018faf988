package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPOnePassSignature;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.jspecify.annotations.Nullable;

/**
 * The one-pass signatures around the content of one message, as far as anybody asks for them.
 * Several may be nested; one good signature by one of the signers is enough.
 */
final class ContentSignatures {

  /** The hashes of more would take long, and nobody signs so often. */
  private static final int LIMIT = 16;

  private final Signers signers;

  /** Those that count, if they turn out good, in the order in which they were announced. */
  private final List<Announced> announced = new ArrayList<>();

  private int count;
  private boolean begun;
  private boolean good;

  /** Whether one of the signers is said to have signed it. */
  private boolean claimed;

  private @Nullable String flaw;

  private record Announced(int index, SignatureKey key, PGPOnePassSignature signature) {}

  ContentSignatures(Signers signers) {
    this.signers = signers;
  }

  /** Before the content. */
  void announce(PGPOnePassSignatureList list) throws IOException, PGPException {
    if (!signers.isRequired()) {
      return;
    }
    if (begun) {
      // It would be one of nothing.
      throw new IOException("a signature is announced after the content");
    }
    if (count > 0 || list.size() > LIMIT) {
      throw new IOException("more signatures than this program reads");
    }
    count = list.size();
    flaw =
        "signed by "
            + StreamSupport.stream(list.spliterator(), false)
                .map(signature -> OpenPgpKeyFile.format(signature.getKeyID()))
                .collect(Collectors.joining(", "));
    for (int i = 0; i < count; i++) {
      PGPOnePassSignature signature = list.get(i);
      SignatureKey key = signers.find(signature.getKeyID());
      if (key != null && signature.getSignatureType() == PGPSignature.BINARY_DOCUMENT) {
        signature.init(new JdkContentVerifiers(), key.key());
        claimed = true;
        announced.add(new Announced(i, key, signature));
      }
    }
  }

  /** Before the first byte of the content, which may have none. */
  void begin() {
    begun = true;
  }

  /** The content itself. */
  void update(byte[] bytes, int length) {
    for (var each : announced) {
      each.signature().update(bytes, 0, length);
    }
  }

  /** After the content: the last one that was announced comes first. */
  void follow(PGPSignatureList list) throws IOException, PGPException {
    if (signers.isRequired() && !begun) {
      throw new IOException("a signature stands before the content");
    }
    if (announced.isEmpty() || list.size() != count) {
      return;
    }
    for (var each : announced) {
      check(each, list.get(count - 1 - each.index()));
    }
    announced.clear();
  }

  private void check(Announced expected, PGPSignature signature) throws PGPException {
    SignatureKey key = expected.key();
    String reason =
        signature.getKeyID() == key.id()
                && signature.getHashAlgorithm() == expected.signature().getHashAlgorithm()
            ? Signers.flaw(signature, key)
            : "is not the one that was announced";
    if (reason == null) {
      if (expected.signature().verify(signature)) {
        good = true;
        return;
      }
      reason = "is not one of this content";
    }
    flaw = "the signature by " + key.name() + " " + reason;
  }

  /** After everything, when its integrity was checked. */
  void require() throws IOException {
    if (!signers.isRequired() || good) {
      return;
    }
    if (!announced.isEmpty()) {
      flaw = "the signature by " + announced.getFirst().key().name() + " is missing";
    }
    var message = (flaw == null ? "not signed" : flaw) + "; " + signers.wanted();
    // A bad signature by the right key is no matter of whose certificate is asked for.
    throw claimed ? new IOException(message) : new UnacceptedSignatureException(message);
  }
}
