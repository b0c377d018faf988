package org.btrfs2s3.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/**
 * In a directory an object's metadata are stored before it gets its name. What a run leaves that is
 * killed in between is no trace of an object that may be hidden: nobody has to delete anything by
 * hand. (Invariants 3, 4.)
 */
class KilledCommitTest {
  private static final int SEGMENT_BYTES = 4 << 20;
  private static final int BYTES = 10 << 20;
  private static final long SEED = 4;

  @Test
  void whatIsLeftOfACommitGoesWhenNothingWantsItAnyMore() throws Exception {
    try (Lab lab = Lab.create()) {
      Path directory = lab.work().resolve("remote");
      try (Remote.InDirectory remote = Remote.InDirectory.create(directory)) {
        byte[] noise = new byte[BYTES];
        new Random(SEED).nextBytes(noise);
        Files.write(lab.source().resolve("noise"), noise);
        Path metadata = directory.resolve(".meta");
        LateNames.killWhen(
            () -> names(metadata).stream().anyMatch(KilledCommitTest::isCommit),
            program(lab, remote, SEGMENT_BYTES).with("update", "--force"));
        assertThat(remote.keys()).hasSize(3).noneMatch(KilledCommitTest::isCommit);
        assertThat(names(metadata)).anyMatch(KilledCommitTest::isCommit);

        // As one object: nothing can be gone on with.
        Program program = program(lab, remote, "off");
        program.with("update", "--force").run().expect(0);

        assertThat(remote.keys()).hasSize(1);
        assertThat(names(metadata)).containsExactlyElementsOf(remote.keys());
        assertThat(names(directory.resolve(".tmp"))).isEmpty();
        assertThat(program.with("verify").run().expect(0).stderr()).doesNotContain(".meta");
      }
    }
  }

  private static Program program(Lab lab, Remote.InDirectory remote, Object segmentSize)
      throws IOException {
    Upload upload = Upload.to("disk", "1y").uncompressed().with("segment_size", segmentSize);
    return lab.program(
        remote
            .addTo(ConfigFile.inZone(Lab.ZONE), "disk")
            .source(lab.source(), lab.snapshots(), upload));
  }

  private static boolean isCommit(String name) {
    return name.endsWith(".commit");
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
