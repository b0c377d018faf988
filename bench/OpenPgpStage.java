import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.pipeline.StandardEncoding;

/**
 * Lets a file flow through the OpenPGP stage into nothing, and prints how many seconds of CPU that
 * took this thread. Arguments: {@code encrypt} or {@code decrypt}, the file of the key, the file.
 */
class OpenPgpStage {

  public static void main(String[] arguments) throws Exception {
    Stage stage = stage(arguments[0], Path.of(arguments[1]));
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    try (InputStream in = Files.newInputStream(Path.of(arguments[2]))) {
      stage.transform(in, new Counter());
    }
    System.out.printf("%.2f%n", (threads.getCurrentThreadCpuTime() - start) / 1e9);
  }

  private static Stage stage(String mode, Path key) throws IOException {
    if (mode.equals("decrypt")) {
      Identities identities = Identities.load(List.of(key), IdentityPassphrase.NONE);
      return Decoding.stages(List.of(".gpg"), identities).getFirst();
    }
    var encryption = new Encryption.OpenPgp(Recipients.load(List.of(key), Instant.now()));
    return new StandardEncoding(new Compression.None(), encryption).stages().getFirst();
  }

  private static final class Counter extends OutputStream {
    private long count;

    @Override
    public void write(int value) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
