package org.btrfs2s3.it.s3;

import java.util.List;
import java.util.Objects;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.BackupStoreContract;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.s3.AccessKey;
import org.btrfs2s3.s3.S3Endpoint;
import org.btrfs2s3.s3.S3Settings;
import org.btrfs2s3.s3.S3StoreFactory;
import org.btrfs2s3.s3.TlsVerification;
import org.btrfs2s3.s3.UploadLimits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contract of every store, on servers that this project did not write. */
final class S3StoreContractTest {

  private abstract static class OnEngine extends BackupStoreContract {

    private static final int PART = 5 << 20;
    private static final String PREFIX = "host1/";

    private final S3Engine engine;
    private @Nullable Bucket bucket;

    OnEngine(S3Engine engine) {
      this.engine = engine;
    }

    @Override
    protected BackupStore openStore() throws Exception {
      bucket = engine.orSkip().newBucket();
      bucket().put("host2/data.one", new byte[3]);
      return open();
    }

    @Override
    protected BackupStore reopen(BackupStore first) throws Exception {
      return open();
    }

    private Bucket bucket() {
      return Objects.requireNonNull(bucket);
    }

    private BackupStore open() throws RemoteException {
      var server = bucket().server();
      var key = new AccessKey(server.accessKey(), server.secretKey());
      var endpoint =
          new S3Endpoint(null, server.region(), key, server.endpoint(), new TlsVerification.On());
      return S3StoreFactory.open(
          new S3Settings(bucket().name(), PREFIX, endpoint), new UploadLimits(PART, 3L * PART));
    }

    @Override
    protected Leftover leaveUnfinished(BackupStore store, ObjectKey key) {
      bucket()
          .server()
          .client()
          .createMultipartUpload(r -> r.bucket(bucket().name()).key(PREFIX + key.value()));
      return () -> {};
    }

    @Override
    protected List<Integer> interestingSizes() {
      return List.of(0, 1, PART, PART + 1, 3 * PART + 7);
    }

    @AfterEach
    void deleteBucket() {
      if (bucket != null) {
        bucket.close();
      }
    }
  }

  @Nested
  final class OnCeph extends OnEngine {
    OnCeph() {
      super(S3Engine.CEPH);
    }
  }

  @Nested
  final class OnLocalStack extends OnEngine {
    OnLocalStack() {
      super(S3Engine.LOCALSTACK);
    }
  }

  @Nested
  final class OnGivenEndpoint extends OnEngine {
    OnGivenEndpoint() {
      super(S3Engine.GIVEN_ENDPOINT);
    }
  }
}
