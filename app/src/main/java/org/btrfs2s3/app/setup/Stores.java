package org.btrfs2s3.app.setup;

import org.btrfs2s3.app.config.DirectoryRemoteConfig;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.S3EndpointConfig;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.s3.AccessKey;
import org.btrfs2s3.s3.ObjectUrls;
import org.btrfs2s3.s3.RetryPolicy;
import org.btrfs2s3.s3.S3Endpoint;
import org.btrfs2s3.s3.S3Settings;
import org.btrfs2s3.s3.S3StoreFactory;
import org.btrfs2s3.s3.TlsVerification;
import org.btrfs2s3.s3.UploadLimits;
import org.btrfs2s3.s3.UploadMemory;
import org.jspecify.annotations.Nullable;

/** Opens the stores of remotes, and tells where they are. */
public final class Stores {

  private static final int MIB = 1 << 20;

  /** In MiB; what S3 demands. */
  private static final int SMALLEST_PART = 5;

  private Stores() {}

  /**
   * For commands that write: a directory must have its marker.
   *
   * @param memory that the parts of all uploads of the process share
   * @param remotes how many may upload at once, so that none waits for another's memory
   */
  public static BackupStore open(RemoteConfig remote, UploadMemory memory, int remotes)
      throws RemoteException {
    return switch (remote) {
      case S3RemoteConfig s3 ->
          S3StoreFactory.open(settings(s3), limits(memory.bytes() / remotes), memory, retry(s3));
      case DirectoryRemoteConfig directory -> DirectoryStore.at(directory.path());
    };
  }

  /** For commands that only read: a directory with a backup in it will do. */
  public static BackupStore openForReading(RemoteConfig remote) throws RemoteException {
    return switch (remote) {
      case S3RemoteConfig s3 ->
          S3StoreFactory.open(
              settings(s3),
              UploadLimits.DEFAULT,
              new UploadMemory(UploadMemory.DEFAULT_BYTES),
              retry(s3));
      case DirectoryRemoteConfig directory ->
          DirectoryStore.readOnlyAt(directory.path(), Stores::isBackup);
    };
  }

  /** Where a bucket's objects are. */
  public static ObjectUrls urls(S3RemoteConfig remote) {
    return ObjectUrls.of(settings(remote));
  }

  /** Two parts at least, of the smallest size that S3 allows if need be. */
  private static UploadLimits limits(long share) {
    var usual = UploadLimits.DEFAULT;
    long memory = Math.clamp(share / MIB, 2 * SMALLEST_PART, usual.memory() / MIB);
    long part = Math.clamp(memory / 2, SMALLEST_PART, usual.partSize() / MIB);
    return new UploadLimits((int) part * MIB, memory * MIB);
  }

  private static RetryPolicy retry(S3RemoteConfig remote) {
    return new RetryPolicy(remote.retryFor(), RetryPolicy.DEFAULT.stall());
  }

  private static boolean isBackup(ObjectKey key) {
    return BackupKey.decode(key.value()).backup().isPresent();
  }

  private static S3Settings settings(S3RemoteConfig remote) {
    var endpoint = remote.endpoint();
    return new S3Settings(
        remote.bucket(),
        remote.prefix(),
        new S3Endpoint(
            endpoint.profileName(),
            endpoint.regionName(),
            accessKey(endpoint.accessKey()),
            endpoint.url(),
            verification(endpoint.verification())));
  }

  private static @Nullable AccessKey accessKey(S3EndpointConfig.@Nullable AccessKey key) {
    return key == null ? null : new AccessKey(key.id(), key.secret().reveal());
  }

  private static TlsVerification verification(S3EndpointConfig.Verification verification) {
    return switch (verification) {
      case S3EndpointConfig.Verification.Default _ -> new TlsVerification.On();
      case S3EndpointConfig.Verification.Off _ -> new TlsVerification.Off();
      case S3EndpointConfig.Verification.Authorities authorities ->
          new TlsVerification.CaFile(authorities.file().value());
    };
  }
}
