package org.btrfs2s3.core.content;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/** The detached signature of a segmented backup's commit object, which lies beside it. */
public final class CommitSignature {

  /** Of several keys with the longest signatures that there are. */
  static final int MOST_BYTES = 1 << 16;

  private CommitSignature() {}

  /**
   * Signs a commit object that is about to be stored: before it, as there is a backup, which may
   * have to be a signed one, when its commit object is. Takes the place of the signature that an
   * interrupted run left.
   *
   * @param signer null if nothing is signed; nothing is stored then
   * @param metadata of the commit object
   * @param replacesCommit whether a commit object that is there is about to be replaced
   * @throws RemoteException {@code CONFLICT} if there is one that is not: its signature stays
   */
  public static void store(
      BackupStore store,
      ObjectKey commit,
      byte[] json,
      @Nullable SigningKey signer,
      Map<String, String> metadata,
      boolean replacesCommit)
      throws RemoteException, InterruptedException {
    if (signer == null) {
      return;
    }
    if (!replacesCommit && store.find(commit).isPresent()) {
      throw new RemoteException(
          RemoteException.Kind.CONFLICT,
          commit + " is there already; it and its signature are left as they are");
    }
    var key = new ObjectKey(BackupKey.signatureOfCommit(commit.value()));
    var signature = sign(signer, json);
    var object = new NewObject(key, metadata, signature.length, NewObject.Predecessor.REPLACED);
    try (var pending = store.create(object)) {
      pending.write(signature, 0, signature.length);
      pending.commit();
    }
  }

  /**
   * Why a commit object does not count as signed.
   *
   * @param json the bytes of the commit object, as they are stored
   * @param signers of whom one must have signed it
   * @return empty if one of them has
   * @throws RemoteException if the signature cannot be looked at
   */
  public static Optional<String> flaw(
      BackupStore store, ObjectKey commit, byte[] json, Signers signers)
      throws RemoteException, InterruptedException {
    var key = new ObjectKey(BackupKey.signatureOfCommit(commit.value()));
    byte[] signature;
    try (var object = store.open(key, 0)) {
      signature = object.readNBytes(MOST_BYTES);
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.NOT_FOUND) {
        return Optional.of("there is no " + key);
      }
      throw e;
    } catch (IOException e) {
      throw new RemoteException(
          RemoteException.Kind.TRANSIENT, "cannot read " + key + ": " + e.getMessage(), e);
    }
    try {
      signers.requireSigned(json, signature);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(key + ": " + e.getMessage());
    }
  }

  private static byte[] sign(SigningKey signer, byte[] json) throws RemoteException {
    try {
      return signer.sign(json);
    } catch (IOException e) {
      throw new RemoteException(
          RemoteException.Kind.REFUSED, "no commit object without signature: " + e.getMessage(), e);
    }
  }
}
