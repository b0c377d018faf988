package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.TrickyTree;
import org.junit.jupiter.api.Test;

/** What was sent as the file system had compressed it comes back as it was. (Invariants 7, 8.) */
class CompressedDataTest {
  private static final String PLAIN = "plain";
  private static final String COMPRESSED = "compressed";
  private static final String RECOMPRESSED = "recompressed";
  private static final long SEED = 5;

  /** Of the header of a send stream: the version. */
  private static final int VERSION_OFFSET = 13;

  @Test
  void comesBackAsItWas() throws IOException {
    try (Lab lab = Lab.create()) {
      Program.of("mount", "-o", "remount,compress=zstd", lab.home()).output();
      Remote plain = Remote.InDirectory.create(lab.work().resolve(PLAIN));
      Remote compressed = Remote.InDirectory.create(lab.work().resolve(COMPRESSED));
      Remote recompressed = Remote.InDirectory.create(lab.work().resolve(RECOMPRESSED));
      ConfigFile config = config(lab);
      plain.addTo(config, PLAIN);
      compressed.addTo(config, COMPRESSED);
      recompressed.addTo(config, RECOMPRESSED);
      Program program = lab.program(config);
      backUpTwice(lab, program);

      assertThat(compressed.keys()).hasSize(2).allMatch(key -> key.endsWith(".seqn0"));
      for (String key : compressed.keys()) {
        assertThat(compressed.get(key)[VERSION_OFFSET])
            .as("version of %s", key)
            .isEqualTo((byte) 2);
      }
      assertThat(size(compressed)).isLessThan(size(plain) * 3 / 4);
      for (String remote : List.of(COMPRESSED, RECOMPRESSED)) {
        Path target = lab.newTarget();
        program.with("restore", "--remote", remote, "--to", target, "--all").run().expect(0);
        Restored.assertIdentical(lab.snapshotManifests(), target);
      }
      plainToolsRestore(lab, compressed);
    }
  }

  private static ConfigFile config(Lab lab) {
    Map<String, Boolean> asItIs = Map.of("compressed_data", true);
    return ConfigFile.inZone(Lab.ZONE)
        .source(
            lab.source(),
            lab.snapshots(),
            Upload.to(PLAIN, Lab.POLICY).uncompressed(),
            Upload.to(COMPRESSED, Lab.POLICY).with("btrfs", asItIs),
            Upload.to(RECOMPRESSED, Lab.POLICY)
                .with("btrfs", asItIs)
                .with("compress", Map.of("zstd", Map.of("level", 3))));
  }

  private static void backUpTwice(Lab lab, Program program) throws IOException {
    TrickyTree tree = new TrickyTree(SEED);
    tree.create(lab.source());
    Files.writeString(lab.source().resolve("text"), "words that repeat ".repeat(1_000_000));
    program.with("update", "--force").run().expect(0);
    lab.awaitNewSecond();
    tree.mutate(lab.source(), 1);
    Files.writeString(lab.source().resolve("text"), "words that changed ".repeat(1_000_000));
    program.with("update", "--force").run().expect(0);
  }

  private static long size(Remote remote) throws IOException {
    long size = 0;
    for (String key : remote.keys()) {
      size += remote.get(key).length;
    }
    return size;
  }

  private static void plainToolsRestore(Lab lab, Remote remote) throws IOException {
    List<String> parentsFirst = new ArrayList<>(remote.keys());
    parentsFirst.sort(Comparator.comparing(key -> decode(key).identity().ctransid()));
    // Receiving finds parents by identity on the whole volume: it must see only this copy of them.
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      Path object = lab.work().resolve("object");
      for (String key : parentsFirst) {
        Files.write(object, remote.get(key));
        Program.bash("btrfs receive \"$2\" <\"$1\"", object, volume.path()).output();
      }
      Restored.assertIdentical(lab.snapshotManifests(), volume.path());
    }
  }

  private static ParsedKey.Known decode(String key) {
    return (ParsedKey.Known) BackupKey.decode(key);
  }
}
