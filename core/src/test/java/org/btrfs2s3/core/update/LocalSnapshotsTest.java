package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose snapshots are touched, and what befalls them on this machine. */
final class LocalSnapshotsTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));

  @BeforeEach
  void makeWorld() throws Exception {
    world = World.of(directory.resolve("world"), "1m 2d");
  }

  private Invariants invariants() throws Exception {
    return new Invariants(world, Files.createTempDirectory(directory, "received"));
  }

  @Test
  void theUsersOwnSnapshotsAndWhateverElseLiesThereIsLeftAlone() throws Exception {
    // Invariant 10.
    var snapshots = world.snapshots("data");
    world.snapshotByHand("data", "before-upgrade");
    world.snapshotByHand("data", "data.2020-01-01");
    world.snapshotByHand("data", "other.2026-02-11T08:30:00-03:30.7");
    world.snapshotByHand("data", "data.2020-01-01T00:00:00+00:00.7.writable");
    world.snapshotByHand("data", "data.2020-01-01T00:00:00+00:00.8");
    world.btrfs.setReadOnly(snapshots, EntryName.of("data.2020-01-01T00:00:00+00:00.8"), false);
    world.btrfs.createSubvolume(snapshots, "data.2020-01-01T00:00:00+00:00.9");
    world.btrfs.createDirectory(snapshots, EntryName.of("data.NEW.0123456789abcdef"));
    Files.createSymbolicLink(snapshots.resolve("dangling"), Path.of("nowhere"));
    Files.createFile(snapshots.resolve("data.2020-01-01T00:00:00+00:00.10"));
    var theirs = world.names("data");

    for (int day = 0; day < 40; day++) {
      assertThat(world.later(DAY).write("data").run().failures()).isEmpty();
    }

    assertThat(world.names("data")).containsAll(theirs).hasSizeBetween(8, 10);
    assertThat(world.btrfs.exists(snapshots, EntryName.of("data.NEW.0123456789abcdef"))).isTrue();
    invariants().requireRestorable();
    invariants().requireNothingToDo();
  }

  @Test
  void aChangedSnapshotIsNeitherSentNorAParentNorDeleted() throws Exception {
    world.takeAway("one").write("data").run();
    var changed = world.newest("data");
    world.btrfs.edit(world.snapshots("data"), changed.name(), "edited", world.now());
    world.reach("one");

    for (int day = 0; day < 40; day++) {
      var report = world.later(DAY).write("data").run();

      assertThat(report.failures()).isEmpty();
      assertThat(report.plan().problems())
          .extracting(Problem::kind)
          .containsExactly(Problem.Kind.SNAPSHOT_UNUSABLE);
    }
    assertThat(world.hasSnapshot("data", changed.info().uuid())).isTrue();
    assertThat(world.store("one").keys())
        .noneMatch(key -> key.value().contains(changed.info().uuid().toString()));
    invariants().requireRestorable();
    invariants().requireNothingToDo();
  }

  @Test
  void aSourceIsAheadOfAChangedSnapshot() throws Exception {
    world.write("data").run();
    var changed = world.newest("data");
    world.btrfs.edit(world.snapshots("data"), changed.name(), "edited", world.now());

    world.run();

    assertThat(world.entries("data")).hasSize(2);
  }

  @Test
  void leftOversOfKilledRunsAreNamedOrDeleted() throws Exception {
    world.write("data");
    var kept = world.snapshotByHand("data", "data.NEW.4711");
    var same = world.snapshotByHand("data", "data.NEW.00000000000000aa");

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.entries("data"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.info().uuid()).isIn(kept, same);
              assertThat(entry.name().toString()).startsWith("data.2026-02-11T08:30:00-03:30.");
            });
    invariants().requireNothingToDo();
  }

  @Test
  void aNameThatIsTakenGetsTheUuidAppended() throws Exception {
    world.write("data");
    var uuid = world.snapshotByHand("data", "data.NEW.4711");
    var ctransid = world.btrfs.inspect(world.path("data")).ctransid();
    var name = "data.2026-02-11T08:30:00-03:30." + ctransid;
    Files.createFile(world.snapshots("data").resolve(name));

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.names("data")).containsExactly(name + "." + uuid.toString().substring(0, 8));
    invariants().requireNothingToDo();
  }

  @Test
  void aReceivedSourceIsRefusedWithTheWayOut() throws Exception {
    world.source("other", Map.of("one", "1d"));
    world.btrfs.setReceived(
        directory.resolve("world"),
        EntryName.of("data"),
        UUID.randomUUID(),
        Ctransid.ofKernel(1),
        0);

    var report = world.run();

    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("back up a writable snapshot of it"));
    assertThat(world.entries("data")).isEmpty();
    assertThat(world.store("one").keys()).hasSize(1);
  }

  @Test
  void aSourceWithoutSnapshotsDirectoryDoesNotStopTheOthers() throws Exception {
    // Invariant 9.
    world.source("other", Map.of("one", "1d"));
    Files.delete(world.snapshots("data"));

    var report = world.run();

    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains(world.path("data").toString()));
    assertThat(world.store("one").keys()).hasSize(1);
  }

  @Test
  void aSnapshotsDirectoryThatGoesDuringTheRunDoesNotStopTheOthers() throws Exception {
    // Invariant 9: the other one's deletions are done.
    world.source("other", Map.of("one", "1d")).write("data").run();
    var old = world.newest("other").info().uuid();
    world.later(DAY).write("data").write("other");
    world.btrfs.watch(
        (operation, uuid) -> {
          if (operation.equals("rename") && !world.snapshots("data").toFile().delete()) {
            // The rename of the other source came before.
            assertThat(world.snapshots("data")).doesNotExist();
          }
        });

    var report = world.run();

    assertThat(report.failures()).isNotEmpty();
    assertThat(world.hasSnapshot("other", old)).isFalse();
    assertThat(world.hasBackup("one", old)).isFalse();
  }

  @Test
  void noSpaceForOneSnapshotDoesNotStopTheRest() throws Exception {
    world.source("other", Map.of("one", "1d")).write("data").run();
    var old = world.newest("data").info().uuid();
    world.later(DAY).write("data").write("other");
    world.btrfs.failCreate(world.path("data"), new BtrfsException("ENOSPC", "ENOSPC", null));

    var report = world.run();

    assertThat(report.failures()).containsExactly(new Failure(Failure.Kind.LOCAL, "ENOSPC"));
    assertThat(world.hasSnapshot("data", old)).isTrue();
    assertThat(world.hasBackup("one", world.newest("other").info().uuid())).isTrue();
    world.btrfs.failCreate(world.path("data"), null);
    assertThat(world.run().failures()).isEmpty();
    invariants().requireNothingToDo();
  }

  @Test
  void withoutUploadsOnlyTheDueSnapshotIsMade() throws Exception {
    world.write("data").run();
    var objects = world.store("one").keys();
    for (int day = 0; day < 3; day++) {
      world.later(DAY).write("data").run(new UpdateOptions(false, false, Duration.ZERO));
    }

    assertThat(world.names("data")).hasSize(4).noneMatch(name -> name.contains("NEW"));
    assertThat(world.store("one").keys()).isEqualTo(objects);
    assertThat(List.of(world.run().failures())).containsExactly(List.of());
    invariants().requireRestorable();
  }
}
