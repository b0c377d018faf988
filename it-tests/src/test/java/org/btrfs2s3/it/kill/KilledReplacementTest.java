package org.btrfs2s3.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.UUID;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;

/**
 * A repair of a directory remote that is killed after the new object's metadata were stored, and
 * before the object took the old one's place: the old one is read and verified as ever, whatever
 * the metadata say of how the new one was encoded (invariants 1 and 4).
 */
class KilledReplacementTest {
  private static final String ID = "disk";

  @Test
  void metadataOfTheNewObjectDoNotSpoilTheOldOne() throws Exception {
    try (Lab lab = Lab.create()) {
      Path directory = lab.work().resolve("remote");
      try (Remote.InDirectory remote = Remote.InDirectory.create(directory)) {
        Upload raw = Upload.to(ID, "1y").uncompressed();
        // Its objects have the same names.
        Upload piped =
            Upload.to(ID, "1y")
                .pipedThrough(List.of(List.of("gzip", "-1")))
                .restoredThrough(List.of(List.of("gunzip")));
        lab.write("file", "content");
        program(lab, remote, raw).with("update", "--force").run().expect(0);
        SortedSet<String> keys = remote.keys();
        String key = keys.getFirst();
        byte[] old = remote.get(key);
        Path metadata = directory.resolve(".meta").resolve(key);
        String before = Files.readString(metadata);
        Map<UUID, Manifest> manifests = lab.snapshotManifests();
        UUID uuid = manifests.keySet().iterator().next();
        Program program = program(lab, remote, piped);
        Program repair = program.with("repair", "--remote", ID, "--backup", uuid, "--force");

        LateNames.killWhen(() -> !Files.readString(metadata).equals(before), repair);

        assertThat(Files.readString(metadata)).contains("pipe").isNotEqualTo(before);
        assertThat(remote.keys()).isEqualTo(keys);
        assertThat(remote.get(key)).isEqualTo(old);
        requireSound(lab, program, manifests);
        assertThat(program.with("update", "--force").run().expect(0).stdout())
            .contains("drop the upload of " + key, "1 action(s) done");
        assertThat(remote.get(key)).isEqualTo(old);
        assertThat(metadata).exists();

        repair.run().expect(0);
        assertThat(remote.keys()).isEqualTo(keys);
        assertThat(remote.get(key)).isNotEqualTo(old);
        assertThat(remote.unfinished()).isEmpty();
        requireSound(lab, program, manifests);
      }
    }
  }

  private static Program program(Lab lab, Remote.InDirectory remote, Upload upload)
      throws IOException {
    return lab.program(
        remote
            .addTo(ConfigFile.inZone(Lab.ZONE), ID)
            .source(lab.source(), lab.snapshots(), upload));
  }

  private static void requireSound(Lab lab, Program program, Map<UUID, Manifest> manifests)
      throws IOException {
    program.with("verify", "--remote", ID, "--level", "data").run().expect(0);
    Path target = lab.newTarget();
    program.with("restore", "--remote", ID, "--to", target, "--all").run().expect(0);
    Restored.assertIdentical(manifests, target);
    Restored.deleteAll(target);
  }
}
