package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @Test
  void writesSourcesUploadsAndRemotes(@TempDir Path directory) throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      Path file =
          ConfigFile.inZone("America/St_Johns")
              .source(
                  Path.of("/data"),
                  Path.of("/snapshots"),
                  Upload.to("s3", "1y 30d").encryptedTo(Path.of("/key.asc")),
                  Upload.to("disk", "1y").pipedThrough(List.of(List.of("gzip", "-9"))))
              .s3Remote("s3", bucket, "host/")
              .directoryRemote("disk", Path.of("/mnt"))
              .write(directory);
      JsonNode config = new YAMLMapper().readTree(Files.readString(file));

      assertThat(config.at("/timezone").asText()).isEqualTo("America/St_Johns");
      assertThat(config.at("/sources/0/path").asText()).isEqualTo("/data");
      assertThat(config.at("/sources/0/snapshots").asText()).isEqualTo("/snapshots");
      assertThat(config.at("/sources/0/upload_to_remotes").toString())
          .isEqualTo(
              """
              [{"id":"s3","preserve":"1y 30d",\
              "encrypt":{"openpgp":{"recipients":["/key.asc"]}}},\
              {"id":"disk","preserve":"1y","pipe_through":[["gzip","-9"]]}]\
              """);
      assertThat(config.at("/remotes/0/id").asText()).isEqualTo("s3");
      assertThat(config.at("/remotes/0/s3/bucket").asText()).isEqualTo(bucket.name());
      assertThat(config.at("/remotes/0/s3/prefix").asText()).isEqualTo("host/");
      assertThat(config.at("/remotes/0/s3/endpoint/endpoint_url").asText())
          .isEqualTo(bucket.server().endpoint().toString());
      assertThat(config.at("/remotes/1/directory/path").asText()).isEqualTo("/mnt");
    }
  }
}
