package org.btrfs2s3.s3;

import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;

/** Opens remotes on S3. */
public final class S3StoreFactory {

  private S3StoreFactory() {}

  /**
   * Finds credentials, region and CA file, but does not ask the bucket anything yet.
   *
   * @param limits for each object that is uploaded
   * @throws RemoteException {@code DENIED} if there are no credentials, {@code REFUSED} if the CA
   *     file is unusable
   */
  public static BackupStore open(S3Settings settings, UploadLimits limits) throws RemoteException {
    return open(settings, limits, Timing.DEFAULT);
  }

  static BackupStore open(S3Settings settings, UploadLimits limits, Timing timing)
      throws RemoteException {
    return open(settings, limits, timing, settings.endpoint().isAws());
  }

  static BackupStore open(
      S3Settings settings, UploadLimits limits, Timing timing, boolean checksums)
      throws RemoteException {
    var clients = S3Clients.open(settings.endpoint(), timing, System.getenv());
    return new S3Store(new S3Bucket(settings, clients, timing, checksums), limits);
  }
}
