package org.btrfs2s3.app.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.btrfs2s3.app.config.ConfigurationReader;
import org.btrfs2s3.core.update.TargetSetup;
import org.btrfs2s3.core.update.UploadOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpdateSetupsTest {

  @TempDir private Path directory;

  private TargetSetup target(String keys) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            sources:
              - path: /data
                snapshots: /snap
                upload_to_remotes: [{id: a, preserve: 1y, %s}]
            remotes: [{id: a, directory: {path: /mnt}}]
            """
                .formatted(keys));
    var configuration = ConfigurationReader.read(file, ZoneOffset.UTC);
    return UpdateSetups.of(configuration, new Encodings(file, Instant.EPOCH), "test")
        .sources()
        .getFirst()
        .targets()
        .getFirst();
  }

  @Test
  void uploadsInTheDefaultWayWhereTheFileSaysNothing() throws Exception {
    assertThat(target("compress: none").upload()).isEqualTo(UploadOptions.DEFAULT);
  }

  @Test
  void uploadsAsTheFileSays() throws Exception {
    assertThat(
            target("segment_size: 1MiB, upload_limit: 1kB/s, btrfs: {compressed_data: true}")
                .upload())
        .isEqualTo(new UploadOptions(1L << 20, 1000L, true));
    assertThat(target("segment_size: off").upload().segmentBytes()).isNull();
  }
}
