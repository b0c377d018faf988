package org.btrfs2s3.it.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.btrfs2s3.it.lab.Footprint;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --pretend} changes nothing at all. (Invariant 5.) */
class PretendTest {
  private static final String REMOTE = "remote";

  /** Snapshots, uploads and deletions are due, all of which the same run does without it. */
  @ParameterizedTest
  @EnumSource
  void changesNothing(RemoteKind kind) throws IOException {
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create();
        Remote remote = kind.orSkip(lab.work())) {
      Path publicKey =
          gpg.exportPublic(
              gpg.generateKey(GpgHome.Algorithm.CURVE25519, "pretend"),
              lab.work().resolve("public.asc"));
      ConfigFile config = remote.addTo(ConfigFile.inZone(Lab.ZONE), REMOTE);
      Upload upload = Upload.to(REMOTE, "1y").encryptedTo(publicKey);
      Path temporary = Files.createDirectory(lab.work().resolve("temporary"));
      Program program =
          lab.program(config.source(lab.source(), lab.snapshots(), upload))
              .withEnvironment("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
      for (int run = 1; run <= 2; run++) {
        lab.write("file", "run " + run);
        program.with("update", "--force").run().expect(0);
      }
      lab.write("file", "changed");
      // After its own making has changed the directory that it lies in.
      Files.setLastModifiedTime(
          Files.createFile(lab.work().resolve("reference")), FileTime.from(Instant.now()));

      Footprint before = Footprint.of(lab);
      var keys = remote.keys();
      Result pretended = program.with("update", "--pretend").run().expect(0);

      assertThat(pretended.stdout()).contains("actions", "create", "upload", "delete");
      assertThat(Footprint.of(lab)).isEqualTo(before);
      assertThat(newer(lab)).isEmpty();
      assertThat(remote.keys()).isEqualTo(keys);
      assertThat(remote.unfinished()).isEmpty();

      JsonNode json =
          new ObjectMapper()
              .readTree(program.with("update", "--pretend", "--json").run().expect(0).stdout());
      assertThat(json.fieldNames().next()).isEqualTo("version");
      assertThat(json.get("version").asInt()).isEqualTo(1);
      assertThat(Footprint.of(lab)).isEqualTo(before);

      // The twin: without it all of that happens.
      program.with("update", "--force").run().expect(0);
      assertThat(Footprint.of(lab)).isNotEqualTo(before);
      assertThat(remote.keys()).isNotEqualTo(keys);
    }
  }

  private static String newer(Lab lab) {
    return Program.of("find", lab.home(), lab.elsewhere(), lab.work())
        .with("-newer", lab.work().resolve("reference"))
        .output();
  }
}
