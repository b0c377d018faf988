package org.btrfs2s3.it.s3;

import java.util.Random;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.s3.AccessKey;
import org.btrfs2s3.s3.S3Endpoint;
import org.btrfs2s3.s3.S3Settings;
import org.btrfs2s3.s3.S3StoreFactory;
import org.btrfs2s3.s3.TlsVerification;
import org.btrfs2s3.s3.UploadLimits;

/** Buckets whose objects are uploaded in the smallest parts that S3 allows. */
final class SmallParts {

  static final int BYTES = 5 << 20;

  private SmallParts() {}

  static BackupStore open(Bucket bucket, String prefix) throws RemoteException {
    var server = bucket.server();
    var endpoint =
        new S3Endpoint(
            null,
            server.region(),
            new AccessKey(server.accessKey(), server.secretKey()),
            server.endpoint(),
            new TlsVerification.On());
    return S3StoreFactory.open(
        new S3Settings(bucket.name(), prefix, endpoint), new UploadLimits(BYTES, 3L * BYTES));
  }

  static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }
}
