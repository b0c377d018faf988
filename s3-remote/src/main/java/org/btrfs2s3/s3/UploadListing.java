package org.btrfs2s3.s3;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** The unfinished uploads under one prefix, page by page. Used once, by one thread. */
final class UploadListing {

  private final S3Bucket bucket;
  private final List<UnfinishedUpload> uploads = new ArrayList<>();
  private @Nullable String keyMarker;
  private @Nullable String idMarker;

  UploadListing(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /** All of them, or an error: never a part. */
  List<UnfinishedUpload> read() throws RemoteException, InterruptedException {
    while (true) {
      var page = bucket.uploads().page(keyMarker, idMarker);
      for (var upload : page.uploads()) {
        add(upload);
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return uploads;
      }
      goOnAfter(page);
    }
  }

  private void add(MultipartUpload upload) throws RemoteException {
    var prefix = bucket.settings().prefix();
    if (!upload.key().startsWith(prefix)) {
      throw unusable("it holds a key that was not asked for: " + upload.key());
    }
    // An upload of the "folder" itself has no key within it, and is not ours.
    if (upload.key().length() > prefix.length()) {
      var key = new ObjectKey(upload.key().substring(prefix.length()));
      uploads.add(new UnfinishedUpload(key, upload.uploadId(), begun(upload)));
    }
  }

  /** Where a server does not tell, it counts as begun just now: nobody takes it for abandoned. */
  private static Instant begun(MultipartUpload upload) {
    return Objects.requireNonNullElseGet(upload.initiated(), Instant::now);
  }

  private void goOnAfter(ListMultipartUploadsResponse page) throws RemoteException {
    var nextKey = page.nextKeyMarker();
    var nextId = page.nextUploadIdMarker();
    boolean isSame = Objects.equals(nextKey, keyMarker) && Objects.equals(nextId, idMarker);
    if (nextKey == null || nextKey.isEmpty() || isSame) {
      throw unusable("the server says that there is more, but not how to get it");
    }
    keyMarker = nextKey;
    idMarker = nextId;
  }

  private RemoteException unusable(String why) {
    return new RemoteException(
        Kind.INTEGRITY,
        "cannot list the unfinished uploads of " + bucket.settings().location() + ": " + why);
  }
}
