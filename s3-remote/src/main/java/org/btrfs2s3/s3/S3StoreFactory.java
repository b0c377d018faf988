package org.btrfs2s3.s3;

import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;

/** Opens remotes on S3. */
public final class S3StoreFactory {

  private S3StoreFactory() {}

  /** As the other, with {@link RetryPolicy#DEFAULT} and memory that no other store shares. */
  public static BackupStore open(S3Settings settings, UploadLimits limits) throws RemoteException {
    var memory = new UploadMemory(Math.max(UploadMemory.DEFAULT_BYTES, limits.memory()));
    return open(settings, limits, memory, RetryPolicy.DEFAULT);
  }

  /**
   * Finds credentials, region and CA file, but does not ask the bucket anything yet.
   *
   * @param limits for each object that is uploaded
   * @param memory of the process, which every store gets
   * @param retry how long a remote that does not answer is waited for
   * @throws RemoteException {@code DENIED} if there are no credentials, {@code REFUSED} if the CA
   *     file is unusable
   */
  public static BackupStore open(
      S3Settings settings, UploadLimits limits, UploadMemory memory, RetryPolicy retry)
      throws RemoteException {
    var retries = new Retries(retry.retryFor(), Pace.SYSTEM);
    var watch = StallWatch.started(retry.stall());
    var provider = Provider.of(settings.endpoint());
    return open(settings, new StoreParts(limits, memory, provider, retries, watch));
  }

  static BackupStore open(S3Settings settings, StoreParts parts) throws RemoteException {
    S3Connection connection;
    try {
      connection = S3Connection.open(settings.endpoint(), parts.watch(), System.getenv());
    } catch (RemoteException e) {
      parts.watch().close();
      throw e;
    }
    var bucket = new S3Bucket(settings, connection, parts.provider(), parts.retries());
    return new S3Store(bucket, parts.limits(), parts.memory());
  }
}
