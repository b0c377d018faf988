import java.net.URI;
import java.util.Map;
import java.util.SplittableRandom;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.s3.AccessKey;
import org.btrfs2s3.s3.S3Endpoint;
import org.btrfs2s3.s3.S3Settings;
import org.btrfs2s3.s3.S3StoreFactory;
import org.btrfs2s3.s3.TlsVerification;
import org.btrfs2s3.s3.UploadLimits;

/**
 * Writes an invented stream into one object of a bucket. Arguments: endpoint, bucket, length of the
 * stream in MiB, the estimate of it in MiB, part size in MiB, memory in MiB.
 */
class ManyParts {

  private static final int MIB = 1 << 20;

  public static void main(String[] arguments) throws Exception {
    var endpoint =
        new S3Endpoint(
            null,
            "us-east-1",
            new AccessKey(
                System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY")),
            URI.create(arguments[0]),
            new TlsVerification.Off());
    var settings = new S3Settings(arguments[1], "", endpoint);
    long length = Long.parseLong(arguments[2]);
    long estimate = Long.parseLong(arguments[3]) * MIB;
    int partSize = Integer.parseInt(arguments[4]) * MIB;
    var limits = new UploadLimits(partSize, Long.parseLong(arguments[5]) * MIB);
    byte[] bytes = new byte[MIB];
    new SplittableRandom(1).nextBytes(bytes);
    try (BackupStore store = S3StoreFactory.open(settings, limits);
        PendingObject object =
            store.create(new NewObject(new ObjectKey("stream"), Map.of(), estimate))) {
      for (long i = 0; i < length; i++) {
        object.write(bytes, 0, MIB);
      }
      long stored = object.commit().size();
      if (stored != length * MIB) {
        throw new IllegalStateException("stored are " + stored + " bytes");
      }
    }
  }
}
