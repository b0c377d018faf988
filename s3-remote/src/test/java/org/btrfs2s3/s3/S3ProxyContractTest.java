package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.BackupStoreContract;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of every store, against S3Proxy, under a prefix beside other objects. */
final class S3ProxyContractTest extends BackupStoreContract {

  private static final int PART = 5 << 20;
  private static final UploadLimits LIMITS = new UploadLimits(PART, 3L * PART);

  private static S3ProxyServer server;
  private static int buckets;

  private String bucket = "";

  @BeforeAll
  static void startServer() throws Exception {
    server = S3ProxyServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected BackupStore openStore() throws Exception {
    bucket = "bucket-" + buckets++;
    server.createBucket(bucket);
    try (var neighbour = S3StoreFactory.open(server.settings(bucket, "host2/"), LIMITS)) {
      put(neighbour, new ObjectKey("data.one"), bytes(3));
    }
    return S3StoreFactory.open(server.settings(bucket, "host1/"), LIMITS);
  }

  @Override
  protected BackupStore reopen(BackupStore first) throws Exception {
    return S3StoreFactory.open(server.settings(bucket, "host1/"), LIMITS);
  }

  /** Without its parts: an upload under each awkward key would fill the heap. */
  @Override
  protected Leftover leaveUnfinished(BackupStore store, ObjectKey key) throws Exception {
    var settings = server.settings(bucket, "host1/");
    var watch = StallWatch.started(RetryPolicy.DEFAULT.stall());
    var provider = Provider.of(settings.endpoint());
    try (var connection = S3Connection.open(settings.endpoint(), watch, Map.of())) {
      new S3Bucket(settings, connection, provider, new Retries(Duration.ZERO, Pace.SYSTEM))
          .uploads()
          .createUpload(key, Map.of());
    }
    return () -> {};
  }

  @Override
  protected List<Integer> interestingSizes() {
    return List.of(0, 1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 7);
  }
}
