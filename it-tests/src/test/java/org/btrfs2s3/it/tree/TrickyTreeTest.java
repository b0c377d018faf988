package org.btrfs2s3.it.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Program;
import org.junit.jupiter.api.Test;

class TrickyTreeTest {
  private static final long SEED = 20261121;
  private static final long VOLUME_BYTES = 512L << 20;

  /** What plain send and receive cannot bring over, ours could not either. */
  @Test
  void plainSendAndReceiveBringEveryStepOver() throws Exception {
    LoopVolume.assume();
    try (LoopVolume from = LoopVolume.create(VOLUME_BYTES);
        LoopVolume to = LoopVolume.create(VOLUME_BYTES)) {
      Path source = subvolume(from, "source");
      TrickyTree tree = new TrickyTree(SEED);
      tree.create(source);
      Manifest previous = null;
      for (int step = 0; step <= TrickyTree.LAST_DISTINCT_STEP + 2; step++) {
        if (step > 0) {
          tree.mutate(source, step);
        }
        Manifest snapshot = sendAndReceive(source, to.path(), step);
        Manifest received = Manifest.of(to.path().resolve("step" + step));

        assertThat(Manifest.difference(snapshot, received)).as("step %d", step).isEmpty();
        if (previous != null) {
          assertThat(Manifest.difference(previous, received)).as("step %d", step).isNotEmpty();
        }
        previous = received;
      }
    }
  }

  @Test
  void holdsEveryKindOfEntry() throws Exception {
    LoopVolume.assume();
    try (LoopVolume volume = LoopVolume.create(VOLUME_BYTES)) {
      Path source = subvolume(volume, "source");
      new TrickyTree(SEED).create(source);
      Manifest manifest = Manifest.of(source);

      assertThat(manifest.entries().values().stream().map(entry -> entry.get("type")))
          .contains(
              "file",
              "dir",
              "symlink",
              "fifo",
              "socket",
              "char",
              "block",
              "nested-subvol-placeholder");
      assertThat(manifest.entries().values().stream().flatMap(e -> e.keySet().stream()))
          .contains(
              "hard links",
              "xattr security.capability",
              "xattr system.posix_acl_access",
              "xattr system.posix_acl_default",
              "xattr trusted.overlay",
              "xattr user.empty");
      assertThat(manifest.entries().values().stream().map(entry -> entry.get("mtime_ns")))
          .contains("-1000000005");
    }
  }

  @Test
  void contentsAreThoseOfTheSeed() throws Exception {
    LoopVolume.assume();
    try (LoopVolume volume = LoopVolume.create(VOLUME_BYTES)) {
      List<String> contents = contents(volume, "one", SEED);

      assertThat(contents(volume, "same", SEED)).isEqualTo(contents);
      assertThat(contents(volume, "other", SEED + 1)).isNotEqualTo(contents);
    }
  }

  private static List<String> contents(LoopVolume volume, String name, long seed) throws Exception {
    Path source = subvolume(volume, name);
    new TrickyTree(seed).create(source);
    return Manifest.of(source).entries().entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue().get("sha256"))
        .toList();
  }

  private static Manifest sendAndReceive(Path source, Path to, int step) {
    Path snapshot = source.resolveSibling("step" + step);
    Program.of("btrfs", "subvolume", "snapshot", "-r", source, snapshot).output();
    Path parent = source.resolveSibling("step" + (step - 1));
    if (step == 0) {
      Program.bash("btrfs send \"$1\" | btrfs receive \"$2\"", snapshot, to).output();
    } else {
      Program.bash("btrfs send -p \"$3\" \"$1\" | btrfs receive \"$2\"", snapshot, to, parent)
          .output();
    }
    return Manifest.of(snapshot);
  }

  private static Path subvolume(LoopVolume volume, String name) {
    Path subvolume = volume.path().resolve(name);
    Program.of("btrfs", "subvolume", "create", subvolume).output();
    return subvolume;
  }
}
