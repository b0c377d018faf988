package org.btrfs2s3.it.look;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/** {@code explain} on a real file system; it changes nothing (invariant 5). */
class ExplainTest {
  @Test
  void tellsWhySnapshotsAndBackupsAreKept() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve("disk"));
      Program program =
          lab.program(
              remote
                  .addTo(ConfigFile.inZone(Lab.ZONE), "disk")
                  .source(lab.source(), lab.snapshots(), Upload.to("disk", Lab.POLICY)));
      lab.write("file", "one");
      program.with("update", "--force").run().expect(0);
      lab.write("file", "two");
      program.with("update", "--force").run().expect(0);
      List<SubvolumeEntry> snapshots =
          lab.listSnapshots().stream()
              .sorted((a, b) -> a.info().ctransid().compareTo(b.info().ctransid()))
              .toList();
      UUID full = snapshots.getFirst().info().uuid();
      UUID differential = snapshots.getLast().info().uuid();
      Program.of(
              "btrfs", "subvolume", "snapshot", "-r", lab.source(), lab.snapshots().resolve("mine"))
          .output();
      UUID mine =
          lab.listSnapshots().stream()
              .filter(entry -> entry.name().toString().equals("mine"))
              .findFirst()
              .orElseThrow()
              .info()
              .uuid();
      var keys = remote.keys();
      String subvolumes = lab.subvolumes();

      String text = program.with("explain", full.toString().substring(0, 13)).output();
      assertThat(text)
          .contains(full.toString(), " yearly", "1 backup(s) depend on it", "sent against it")
          .contains("remote disk (preserve " + Lab.POLICY + ")", "kept: preserved", "until ");
      JsonNode json = json(program.with("explain", "--json", differential).output());
      assertThat(json.get("version").asInt()).isEqualTo(1);
      assertThat(json.at("/snapshot/standing").asText()).isEqualTo("ours");
      assertThat(json.at("/remotes/0/situation").asText()).isEqualTo("kept");
      assertThat(json.at("/remotes/0/chain/0").asText()).isEqualTo(full.toString());
      assertThat(Instant.parse(json.at("/remotes/0/until").asText())).isAfter(Instant.now());
      assertThat(program.with("explain", mine).output())
          .contains("never sent, renamed or deleted", "only snapshots that update made");
      assertThat(program.with("explain", "00000000").run().expect(1).stderr())
          .contains("no UUID on", "begins with '00000000'");

      assertThat(remote.keys()).isEqualTo(keys);
      assertThat(lab.subvolumes()).isEqualTo(subvolumes);
    }
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
