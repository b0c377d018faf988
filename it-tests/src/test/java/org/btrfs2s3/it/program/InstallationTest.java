package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver of the program and the program agree. */
class InstallationTest {
  @Test
  void tellsItsVersion() {
    assertThat(Btrfs2s3.installed().with("--version").output()).startsWith("btrfs2s3 ");
  }

  @Test
  void acceptsGeneratedConfiguration(@TempDir Path directory) throws Exception {
    try (GpgHome gpg = GpgHome.create();
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "A Test");
      Path publicKey = gpg.exportPublic(key, directory.resolve("key.pub.asc"));
      Path source = Files.createDirectory(directory.resolve("source"));
      Path snapshots = Files.createDirectory(directory.resolve("snapshots"));
      Path config =
          ConfigFile.inZone("America/St_Johns")
              .source(source, snapshots, Upload.to("s3", "1y 30d").encryptedTo(publicKey))
              .s3Remote("s3", bucket)
              .write(directory);

      assertThat(
              Btrfs2s3.installed().with("-c", config).with("check-config").run().expect(0).stderr())
          .as("warnings")
          .isEmpty();
      // The twin: a file that is not there.
      Btrfs2s3.installed()
          .with("-c", directory.resolve("absent"))
          .with("check-config")
          .run()
          .expect(4);
    }
  }
}
