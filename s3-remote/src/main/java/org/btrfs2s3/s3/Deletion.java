package org.btrfs2s3.s3;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Deletes objects in batches, and keeps what the server says of each. Used once. */
final class Deletion {

  /** S3 takes no more in one request. */
  static final int BATCH_SIZE = 1000;

  private final S3Bucket bucket;
  private final List<ObjectKey> deleted = new ArrayList<>();
  private final Map<ObjectKey, RemoteException> failed = new HashMap<>();
  private boolean answered;
  private @Nullable RemoteException unanswered;

  Deletion(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /**
   * @throws RemoteException if no batch was answered
   */
  DeleteReport delete(Collection<ObjectKey> keys) throws RemoteException, InterruptedException {
    var all = List.copyOf(new LinkedHashSet<>(keys));
    for (int start = 0; start < all.size(); start += BATCH_SIZE) {
      deleteBatch(all.subList(start, Math.min(start + BATCH_SIZE, all.size())));
    }
    if (!answered && unanswered != null) {
      throw unanswered;
    }
    return new DeleteReport(deleted, failed);
  }

  private void deleteBatch(List<ObjectKey> batch) throws InterruptedException {
    try {
      var response = bucket.delete(batch);
      answered = true;
      sort(batch, response);
    } catch (RemoteException e) {
      unanswered = e;
      batch.forEach(key -> failed.put(key, e));
    }
  }

  private void sort(List<ObjectKey> batch, DeleteObjectsResponse response) {
    var errors = new HashMap<String, S3Error>();
    response.errors().forEach(error -> errors.put(error.key(), error));
    var gone = new LinkedHashSet<String>();
    response.deleted().forEach(object -> gone.add(object.key()));
    for (var key : batch) {
      var fullKey = bucket.settings().fullKey(key);
      var error = errors.get(fullKey);
      if (error != null && !"NoSuchKey".equals(error.code())) {
        failed.put(key, S3Errors.translate("delete " + bucket.settings().location(key), error));
      } else if (error != null || gone.contains(fullKey)) {
        deleted.add(key);
      } else {
        failed.put(key, unmentioned(key));
      }
    }
  }

  private RemoteException unmentioned(ObjectKey key) {
    return new RemoteException(
        Kind.TRANSIENT,
        "cannot delete " + bucket.settings().location(key) + ": the server's answer leaves it out");
  }
}
