package org.btrfs2s3.core.content;

import java.io.IOException;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/** The detached signature of a segmented backup's commit object, which lies beside it. */
public final class CommitSignature {

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

  private static byte[] sign(SigningKey signer, byte[] json) throws RemoteException {
    try {
      return signer.sign(json);
    } catch (IOException e) {
      throw new RemoteException(
          RemoteException.Kind.REFUSED, "no commit object without signature: " + e.getMessage(), e);
    }
  }
}
