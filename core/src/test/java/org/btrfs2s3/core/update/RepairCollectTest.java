package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code repair --collect} deletes, and that it never deletes what another look could heal
 * (invariants 2 and 3).
 */
final class RepairCollectTest {

  private static final RepairScope COLLECTING = new RepairScope(Map.of(), true);

  @TempDir private Path directory = Path.of("");

  private World world;
  private UUID full;
  private UUID middle;
  private UUID last;
  private final List<RemoteSetup> others = new ArrayList<>();

  /** A chain of three, and another full backup beside it. */
  @BeforeEach
  void backUp() throws Exception {
    world = World.of(Files.createDirectory(directory.resolve("world")), "1y 12m 30d");
    full = backUpNext(Duration.ZERO);
    middle = backUpNext(Duration.ofDays(30));
    last = backUpNext(Duration.ofDays(1));
    var kept = world.entries("data");
    var store = world.store("one").contents();
    assertThat(kept).hasSize(3);
    assertThat(store).hasSize(3);
  }

  private UUID backUpNext(Duration later) throws Exception {
    return world.later(later).backUp("data");
  }

  /** Nothing can be done about the chain, and another backup is in full. */
  private void ruin() throws Exception {
    deleteSnapshots(full, middle, last);
    backUpNext(Duration.ofDays(1));
    assertThat(world.store("one").keys()).hasSize(4);
    world.store("one").remove(world.key("one", full));
  }

  private void deleteSnapshots(UUID... uuids) throws Exception {
    for (var entry : world.entries("data")) {
      if (List.of(uuids).contains(entry.info().uuid())) {
        world.btrfs.delete(world.snapshots("data"), entry.name(), entry.info().uuid());
      }
    }
  }

  private Repair repair() {
    return new Repair(
        world.setup(), new Machine(world.btrfs, world::now, () -> true), List.copyOf(others));
  }

  private RepairReport collect(RepairApproval approval) throws Exception {
    return repair().run(COLLECTING, Duration.ZERO, approval, _ -> {});
  }

  private RepairReport collect() throws Exception {
    return collect(_ -> true);
  }

  /** And says why, of each. */
  private void assertKept(String... reason) throws Exception {
    var before = world.store("one").contents();

    var report = collect();

    assertThat(world.store("one").contents()).isEqualTo(before);
    assertThat(report.executed()).isZero();
    assertThat(report.succeeded()).isFalse();
    assertThat(report.failures())
        .hasSize(2)
        .allSatisfy(
            failure -> assertThat(failure.message()).contains("not deleted").contains(reason));
    assertThat(report.plan().irreparable())
        .extracting(RepairPlan.Irreparable::kept)
        .doesNotContainNull();
  }

  private void assertCollected() throws Exception {
    var report = collect();

    assertThat(report.failures()).isEmpty();
    assertThat(report.executed()).isEqualTo(2);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(world.hasBackup("one", world.newest("data").info().uuid())).isTrue();
  }

  @Test
  void whatNothingCanBringBackGoes() throws Exception {
    ruin();
    var before = world.store("one").contents();

    var plan = repair().pretend(COLLECTING);

    assertThat(plan.collected()).hasSize(2);
    assertThat(world.store("one").contents()).isEqualTo(before);
    assertCollected();
  }

  /** The first snapshot is where it was, and another directory took that one's place. */
  private Path misplace() throws Exception {
    deleteSnapshots(middle, last);
    var wrong = Files.createDirectory(directory.resolve("wrong"));
    world.lookIn("data", wrong).later(Duration.ofDays(1)).write("data").run();
    assertThat(world.store("one").keys()).hasSize(4);
    world.store("one").remove(world.key("one", full));
    return wrong;
  }

  private void assertHealed() throws Exception {
    world.lookIn("data", world.snapshots("data"));
    var report = collect();
    assertThat(report.failures()).isEmpty();
    assertThat(world.store("one").keys()).hasSize(4);
    new Invariants(world, Files.createDirectory(directory.resolve("received"))).requireRestorable();
  }

  @Test
  void anEmptySnapshotsDirectoryIsNoProofThatThereAreNone() throws Exception {
    misplace();
    world.lookIn("data", Files.createDirectory(directory.resolve("empty")));

    assertKept("shows no snapshot", "is the right directory mounted?");

    assertHealed();
  }

  @Test
  void aSnapshotAnywhereOnTheFileSystemIsFound() throws Exception {
    assertThat(world.btrfs.list(misplace())).hasSize(1);

    assertKept("subvolid-resolve", "is snapshot " + full);

    assertHealed();
  }

  @Test
  void aReceivedCopyAnywhereOnTheFileSystemIsFound() throws Exception {
    ruin();
    var restored = Files.createDirectory(directory.resolve("restored"));
    var name = EntryName.of("copy");
    world.btrfs.createSnapshot(world.path("data"), restored, name);
    world.btrfs.setReceived(restored, name, full, Ctransid.ofKernel(1), 0);

    assertKept("a received copy of " + full);
  }

  @Test
  void whatSnapshotsThereAreHasToBeKnown() throws Exception {
    ruin();
    world.btrfs.failListFileSystem(new BtrfsException("cannot list: EPERM", "EPERM", null));

    assertKept("is not known", "EPERM");
  }

  @Test
  void anObjectOfWhichMetadataAreThereMayBeHidden() throws Exception {
    ruin();
    var other = world.newest("data").info().uuid();
    var trace = trace();
    world.store("one").hide(trace);

    assertKept("metadata of " + full, ".meta/");
    assertThat(world.hasBackup("one", other)).isTrue();
  }

  @Test
  void segmentsOfWhichMetadataAreThereMayBeHidden() throws Exception {
    var store = world.store("one");
    var damaged = Remnants.of(store, world.uuid("data"), 1);
    var segments = damaged.segments(1, World.START, 0, 1, 2);
    damaged.commit(1, "", 3);
    store.hide(segments.get(1));
    var before = store.contents();

    var report = collect();

    assertThat(store.contents()).isEqualTo(before);
    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("metadata of segments", ".meta/"));
  }

  @Test
  void segmentsOfWhichNothingIsLeftDoNotComeBack() throws Exception {
    var store = world.store("one");
    var before = store.contents();
    var damaged = Remnants.of(store, world.uuid("data"), 1);
    var segments = damaged.segments(1, World.START, 0, 1, 2);
    damaged.commit(1, "", 3);
    store.remove(segments.get(1));

    assertThat(collect().failures()).isEmpty();

    assertThat(store.contents()).isEqualTo(before);
  }

  @Test
  void whatOnlyALaterVersionCanReadKeepsWhatNeedsIt() throws Exception {
    ruin();
    var later = trace().value().replace(".mdvn1.", ".mdvn3.");
    world.store("one").put(new ObjectKey(later), new byte[1], Map.of());

    assertKept("only a later version", full.toString());
  }

  private ObjectKey trace() {
    return new ObjectKey(
        world.key("one", last).value().replaceFirst("\\.uuid" + last, ".uuid" + full));
  }

  @Test
  void whatComesBackBeforeTheDeletionSavesWhatNeedsIt() throws Exception {
    deleteSnapshots(full, middle, last);
    backUpNext(Duration.ofDays(1));
    var store = world.store("one");
    var key = world.key("one", full);
    var content = store.content(key);
    var metadata = store.metadata(key);
    store.remove(key);

    var report =
        collect(
            plan -> {
              assertThat(plan.collected()).hasSize(2);
              store.put(key, content, metadata);
              return true;
            });

    assertThat(report.executed()).isZero();
    assertThat(store.keys()).hasSize(4);
  }

  @Test
  void anotherRemoteThatHasItKeepsWhatNeedsIt() throws Exception {
    deleteSnapshots(full, middle, last);
    backUpNext(Duration.ofDays(1));
    var key = world.key("one", full);
    var two = new MemoryStore();
    two.put(key, world.store("one").content(key), Map.of());
    world.store("one").remove(key);
    others.add(new RemoteSetup(new RemoteId("two"), () -> two));

    assertKept("reseed --from two --to one");

    two.remove(key);
    assertCollected();
  }

  @Test
  void aRemoteThatIsAwayMayHaveIt() throws Exception {
    ruin();
    others.add(
        new RemoteSetup(
            new RemoteId("two"),
            () -> {
              throw new RemoteException(RemoteException.Kind.TRANSIENT, "unplugged");
            }));

    assertKept("remote two is away");
  }
}
