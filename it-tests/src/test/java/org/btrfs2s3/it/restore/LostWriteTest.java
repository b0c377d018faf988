package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.restore.Precautions;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes some of what is written to it, and then no more. (Invariant 7.) */
class LostWriteTest {

  /** The metadata of a new file system of this size lie in front, and are there in any case. */
  private static final long IMAGE_BYTES = 2L << 30;

  private static final int GIVEN_BYTES = 270_000_000;
  private static final String DISK = "size=275m";
  private static final int STREAM_BYTES = 40_000_000;

  @TempDir private Path directory = Path.of("");

  /** Of whom the kernel tells it first is up to it; an hourly update syncs as well. */
  @Test
  void isNotOverlookedThoughSomebodyElseWasToldOfIt() throws Exception {
    LoopVolume.assume();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path volume = Files.createDirectory(directory.resolve("volume"));
    Command.run("mount", "-t", "tmpfs", "-o", DISK, "none", disk.toString());
    try {
      mount(image(disk), volume);
      try {
        restoreBeside(volume);
      } finally {
        Command.run("umount", volume.toString());
      }
    } finally {
      // A restore of another test, in a mount namespace of its own, may still have both mounted.
      Command.run("umount", "--lazy", disk.toString());
    }
  }

  private static Path image(Path disk) throws IOException {
    Path image = disk.resolve("image");
    byte[] zeros = new byte[GIVEN_BYTES / 100];
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int i = 0; i < 100; i++) {
        file.write(zeros);
      }
      file.setLength(IMAGE_BYTES);
    }
    return image;
  }

  private static void mount(Path image, Path volume) throws IOException {
    // Nothing that was given is given back.
    Command.run("mkfs.btrfs", "--quiet", "--nodiscard", image.toString());
    Command.run("mount", "-o", "loop,nodiscard", image.toString(), volume.toString());
  }

  private static void restoreBeside(Path volume) throws Exception {
    Path target = Files.createDirectory(volume.resolve("target"));
    MemoryStore store = backup();
    List<Boolean> told = new ArrayList<>();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var restore =
        new Restore(
            new KernelBtrfs(),
            store,
            reader,
            target,
            event -> {
              if (event instanceof RestoreEvent.Received) {
                told.add(isTold(volume));
              }
            });

    var report =
        restore.run(
            new RestoreOptions(
                new Selection.All(),
                null,
                false,
                null,
                new Precautions(List.of(), true, false, "")));

    assertThat(told).as("somebody else").containsExactly(true);
    assertThat(report.restored()).isEmpty();
    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.message()).contains("cannot sync"));
    assertThat(target).isEmptyDirectory();
  }

  private static boolean isTold(Path volume) {
    try {
      Command.run("sync", "--file-system", volume.toString());
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  private static MemoryStore backup() {
    byte[] content = new byte[STREAM_BYTES];
    new Random(5).nextBytes(content);
    var uuid = new UUID(1, 1);
    var ctransid = Ctransid.ofKernel(5);
    var time = Instant.parse("2026-02-11T12:00:00Z");
    var identity = new BackupIdentity(uuid, new UUID(2, 2), null, ctransid, time);
    var store = new MemoryStore();
    store.put(
        new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of())),
        SendStreamWriter.stream("data", new StreamIdentity(uuid, ctransid, null), content),
        Map.of());
    return store;
  }
}
