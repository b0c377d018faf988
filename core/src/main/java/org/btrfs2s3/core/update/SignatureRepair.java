package org.btrfs2s3.core.update;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.content.CommitSignature;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Renews the signature of a commit object that says what the segments are, where it is lost or is
 * not one of it. The commit object's bytes stay as they are.
 *
 * @param required who must have signed
 * @param signer who signs now; null if nobody does
 */
record SignatureRepair(RemoteSession remote, Signers required, @Nullable SigningKey signer) {

  /**
   * After all segments were read, and found to be signed as required.
   *
   * @param json the bytes of the commit object, as they are stored
   * @param document what they say
   * @param metadata of the commit object
   */
  CommitReport renew(
      ObjectKey commit,
      byte[] json,
      CommitDocument document,
      Map<String, String> metadata,
      boolean pretend)
      throws RemoteException, InterruptedException {
    int segments = document.segments().size();
    if (flaw(commit, json).isEmpty()) {
      return new CommitReport(CommitReport.Outcome.UNNEEDED, commit, segments, List.of());
    }
    var unsignable = unsignable(commit);
    if (!unsignable.isEmpty()) {
      return CommitReport.failed(unsignable);
    }
    if (!pretend) {
      CommitSignature.store(remote.store(), commit, json, signer, metadata, true);
    }
    return new CommitReport(CommitReport.Outcome.SIGNED, commit, segments, List.of());
  }

  /** By what is required, or else by the key that signs now. */
  private Optional<String> flaw(ObjectKey commit, byte[] json)
      throws RemoteException, InterruptedException {
    if (required.isRequired()) {
      return CommitSignature.flaw(remote.store(), commit, json, required);
    }
    return signer == null
        ? Optional.empty()
        : CommitSignature.flaw(remote.store(), commit, json, signer.signers());
  }

  /** Why whoever demands these signatures has no use of the commit object. */
  List<Failure> unsignable(ObjectKey commit) {
    if (!required.isRequired() || (signer != null && required.accepts(signer))) {
      return List.of();
    }
    return List.of(
        new Failure(
            Failure.Kind.REMOTE,
            "remote %s: the segments are signed as required, but %s is not, and cannot be: %s"
                .formatted(
                    remote.id(),
                    commit,
                    signer == null
                        ? "there is no sign_with for its source and this remote"
                        : "sign_with names " + signer.keyId() + ", which is not required")));
  }
}
