package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gc} removes, and above all what it does not. */
final class GarbageCollectionTest {

  private static final GarbageScope OURS = new GarbageScope(false, null);
  private static final GarbageScope DUPLICATES = new GarbageScope(true, null);
  private static final GarbageScope FOREIGN = new GarbageScope(false, Duration.ofDays(30));
  private static final UUID STRANGER = new UUID(66, 6);
  private static final Instant LONG_AGO = World.START.minus(Duration.ofDays(31));
  private static final Instant LATELY = World.START.minus(Duration.ofDays(29));

  @TempDir private Path directory = Path.of("");

  /** A source with one whole backup in one object on the remote "one". */
  private World world() throws Exception {
    var world = World.of(directory, "1y").write("data");
    world.run();
    return world;
  }

  private static MemoryStore store(World world) {
    return world.store("one");
  }

  private static ObjectKey backup(World world) {
    return store(world).keys().getFirst();
  }

  private static GarbageCollection collection(World world) {
    return new GarbageCollection(world.setup(), new Machine(world.btrfs, world::now, () -> true));
  }

  private static GarbageReport run(World world, GarbageScope scope) throws Exception {
    return run(world, scope, _ -> true);
  }

  private static GarbageReport run(World world, GarbageScope scope, GarbageApproval approval)
      throws Exception {
    world.events.clear();
    return collection(world).run(scope, Duration.ZERO, approval, world.events::add);
  }

  private static List<ObjectKey> begun(World world) throws InterruptedException {
    return store(world).unfinishedUploads().stream().map(UnfinishedUpload::key).sorted().toList();
  }

  private static List<ObjectKey> all(List<List<ObjectKey>> keys) {
    return keys.stream().flatMap(List::stream).sorted().toList();
  }

  @Test
  void removesWhatIsNoBackupOfOurSourcesOnly() throws Exception {
    var world = world();
    var kept = backup(world);
    var ours = Remnants.beside(store(world), kept);
    ours.segments(1, LATELY, 0, 1);
    ours.segments(2, LATELY, 1, 2);
    ours.begin(LATELY);
    Remnants.of(store(world), world.uuid("data"), 1).segments(3, LATELY, 1);
    var theirs = Remnants.of(store(world), STRANGER, 2);
    var foreign = all(List.of(theirs.segments(4, LONG_AGO, 0), theirs.segments(5, LONG_AGO, 1)));
    var begunByThem = theirs.begin(LONG_AGO);
    var unknown = new ObjectKey("photo.jpg");
    store(world).put(unknown, new byte[1], Map.of());
    store(world).abandon(unknown, LONG_AGO);

    var report = run(world, OURS);

    // Invariant 10.
    assertThat(store(world).keys()).isEqualTo(all(List.of(List.of(kept, unknown), foreign)));
    assertThat(begun(world)).containsExactlyInAnyOrder(begunByThem, unknown);
    assertThat(report.executed()).isEqualTo(4);
    assertThat(report.failures()).isEmpty();
    assertThat(run(world, OURS).executed()).isZero();
  }

  @Test
  void showsTheSameAndChangesNothingWhenPretending() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 0, 1);
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    var before = store(world).contents();
    GarbagePlan pretended;
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      pretended = collection(world).pretend(OURS);
    }

    // Invariant 5.
    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(begun(world)).hasSize(1);
    assertThat(pretended.actions()).hasSize(2);
    assertThat(pretended.actions().stream().mapToLong(pretended::bytes).sum()).isEqualTo(20);
    assertThat(run(world, OURS).plan().actions()).isEqualTo(pretended.actions());
  }

  @Test
  void keepsWhatTheNextUpdateGoesOnWith() throws Exception {
    var world =
        new World(directory).segmented(60).remote("one").source("data", Map.of("one", "1y"));
    world.endBefore("one", 2).write("data").run();
    world.reach("one");
    var begun = store(world).keys();
    assertThat(begun).hasSize(2);

    assertThat(run(world, OURS).executed()).isZero();

    assertThat(store(world).keys()).isEqualTo(begun);
    world.run();
    assertThat(world.events).hasAtLeastOneElementOfType(UpdateEvent.UploadResumed.class);
  }

  @Test
  void keepsWhatMayHaveLostItsCommitObject() throws Exception {
    var world = world();
    var lost = Remnants.of(store(world), world.uuid("data"), 1).segments(1, LONG_AGO, 0, 1);

    var report = run(world, FOREIGN);

    assertThat(store(world).keys()).containsAll(lost);
    assertThat(report.executed()).isZero();
    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.LOST_COMMIT);
  }

  @Test
  void leavesASourceThatIsBeingUploadedAlone() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      var report = run(world, DUPLICATES);

      assertThat(report.executed()).isZero();
      assertThat(report.succeeded()).isFalse();
      assertThat(report.failures())
          .singleElement()
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCKED);
                assertThat(failure.message()).contains(world.path("data").toString());
              });
    }
    assertThat(begun(world)).hasSize(1);
  }

  @Test
  void servesTheOtherSources() throws Exception {
    var world = world();
    world.source("more", Map.of("one", "1y")).run();
    Remnants.beside(store(world), world.key("one", world.newest("more").info().uuid()))
        .begin(LATELY);
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      var report = run(world, OURS);

      assertThat(report.executed()).isEqualTo(1);
      assertThat(report.succeeded()).isTrue();
      assertThat(report.failures()).hasSize(1);
    }
  }

  @Test
  void removesWhatOthersDidNotTouchForLong() throws Exception {
    var world = world();
    var kept = new ArrayList<>(store(world).keys());
    Remnants.of(store(world), STRANGER, 1).segments(1, LONG_AGO, 0, 1);
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    // Segment 1 is young.
    var goesOn = Remnants.of(store(world), STRANGER, 2);
    kept.addAll(goesOn.segments(2, LONG_AGO, 0));
    kept.addAll(goesOn.segments(2, LATELY, 1));
    // Its next segment is on its way.
    var uploading = Remnants.of(store(world), STRANGER, 3);
    kept.addAll(uploading.segments(3, LONG_AGO, 0));
    var next = uploading.begin(LATELY);
    // A backup.
    var committed = Remnants.of(store(world), STRANGER, 4);
    kept.addAll(committed.segments(4, LONG_AGO, 0, 1));
    kept.add(committed.commit(4, "", 2));
    // A damaged one.
    var damaged = Remnants.of(store(world), STRANGER, 5);
    kept.addAll(damaged.segments(5, LONG_AGO, 1));
    kept.add(damaged.commit(5, "", 2));
    // A backup that lost its commit object, and one that was sent against it.
    var lost = Remnants.of(store(world), STRANGER, 6);
    kept.addAll(lost.segments(6, LONG_AGO, 0, 1));
    var child =
        new Remnants(
            store(world),
            new BackupIdentity(
                new UUID(7, 7),
                STRANGER,
                lost.identity().uuid(),
                Ctransid.ofKernel(7),
                World.START));
    kept.addAll(child.segments(7, LONG_AGO, 0));
    kept.add(child.commit(7, "", 1));
    var unknown = new ObjectKey("photo.jpg");
    store(world).abandon(unknown, LONG_AGO);

    assertThat(run(world, OURS).executed()).isZero();
    var report = run(world, FOREIGN);

    assertThat(store(world).keys()).isEqualTo(all(List.of(kept)));
    assertThat(begun(world)).containsExactlyInAnyOrder(next, unknown);
    assertThat(report.executed()).isEqualTo(2);
  }

  @Test
  void asksBeforeItRemovesWhatIsForeign() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).segments(1, LONG_AGO, 0, 1);
    var before = store(world).keys();

    var report = run(world, FOREIGN, plan -> plan.isGarbageOnly());

    assertThat(report.approved()).isFalse();
    assertThat(store(world).keys()).isEqualTo(before);
  }

  @Test
  void judgesAgeByTheRemotesClock() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(World.START);
    world.later(Duration.ofDays(400));
    store(world).setServerTime(World.START.plus(Duration.ofDays(29)));
    assertThat(run(world, FOREIGN).executed()).isZero();

    store(world).setServerTime(World.START.plus(Duration.ofDays(31)));
    assertThat(run(world, FOREIGN).executed()).isEqualTo(1);
  }

  @Test
  void removesNothingForeignByAClockThatNothingConfirms() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    var machine = new Machine(world.btrfs, world::now, () -> false);

    var report =
        new GarbageCollection(world.setup(), machine)
            .run(FOREIGN, Duration.ZERO, _ -> true, _ -> {});

    assertThat(begun(world)).hasSize(1);
    assertThat(report.failures()).singleElement().asString().contains("confirms the clock");
  }

  @Test
  void takesNoSourceThatIsNotAvailableForAForeignOne() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    var setup = world.setup();
    var ours = setup.sources().getFirst();
    var unplugged =
        new SourceSetup(
            directory.resolve("unplugged"), ours.snapshots(), "unplugged", false, ours.targets());
    var both = new UpdateSetup(setup.zone(), List.of(ours, unplugged), setup.remotes(), "test");

    var report =
        new GarbageCollection(both, new Machine(world.btrfs, world::now, () -> true))
            .run(FOREIGN, Duration.ZERO, _ -> true, _ -> {});

    assertThat(begun(world)).hasSize(1);
    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.SOURCE_UNAVAILABLE, Problem.Kind.NOT_COLLECTED);
    assertThat(report.failures()).hasSize(2);
  }

  @Test
  void deletesCopiesOfABackup() throws Exception {
    var world = world();
    var original = backup(world);
    var copy = new ObjectKey("z/" + original.value());
    store(world).put(copy, store(world).content(original), Map.of());
    assertThat(run(world, OURS).executed()).isZero();

    var report = run(world, DUPLICATES);

    assertThat(store(world).keys()).containsExactly(original);
    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().problems()).isEmpty();
    new Invariants(world, Files.createTempDirectory(directory, "received")).requireRestorable();
  }

  @Test
  void keepsTheSegmentsOfABackupWhoseCommitObjectWasCopied() throws Exception {
    var world = world();
    var whole = Remnants.beside(store(world), backup(world));
    store(world).remove(backup(world));
    var segments = whole.segments(1, LATELY, 0, 1);
    var commit = whole.commit(1, "", 2);
    whole.commit(1, "z/", 2);

    run(world, DUPLICATES);

    assertThat(store(world).keys()).contains(commit).containsAll(segments);
  }

  /** Invariant 3: the copy that somebody began holds a part, and its name comes first. */
  @Test
  void neverDeletesWhatDiffers() throws Exception {
    var world = world();
    var original = backup(world);
    var bytes = store(world).content(original);
    var flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    for (var content : List.of(Arrays.copyOf(bytes, bytes.length / 2), flipped)) {
      for (var copy : List.of("K.copy", "K.a.zst", "0/K", "z/K")) {
        var key = new ObjectKey(copy.replace("K", original.value()));
        store(world).put(key, content, Map.of());
        var before = store(world).contents();

        var report = run(world, DUPLICATES);

        assertThat(store(world).contents()).isEqualTo(before);
        assertThat(report.executed()).isZero();
        assertThat(report.failures())
            .singleElement()
            .satisfies(
                failure ->
                    assertThat(failure.message())
                        .contains(key.value(), original.value(), "not deleted", "by hand"));
        store(world).remove(key);
      }
    }
  }

  /** Nor what cannot be compared. */
  @Test
  void keepsACopyIfOneOfTheTwoCannotBeRead() throws Exception {
    var world = world();
    var original = backup(world);
    var copy = new ObjectKey("z/" + original.value());
    store(world).put(copy, store(world).content(original), Map.of());
    for (var unreadable : List.of(original, copy)) {
      world.reach(
          "one",
          store ->
              new FaultyStore(store)
                  .fail(
                      request ->
                          request.operation() == Operation.OPEN
                              && request.keys().contains(unreadable),
                      RemoteException.Kind.FROZEN));

      var report = run(world, DUPLICATES);

      assertThat(report.failures()).hasSize(1);
      assertThat(store(world).keys()).containsExactlyInAnyOrder(original, copy);
    }
  }

  @Test
  void keepsADamagedBackupBesideAWholeOneForARepair() throws Exception {
    var world = world();
    var damaged = Remnants.beside(store(world), backup(world));
    damaged.segments(1, LATELY, 0, 2);
    damaged.commit(1, "", 3);
    var before = store(world).contents();

    var report = run(world, DUPLICATES);

    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(report.failures())
        .anySatisfy(failure -> assertThat(failure.message()).contains("repair deletes it"));
  }

  @Test
  void changesNothingUnlessConfirmed() throws Exception {
    var world = world();
    var copy = new ObjectKey("z/" + backup(world).value());
    store(world).put(copy, store(world).content(backup(world)), Map.of());
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    var before = store(world).contents();

    var report = run(world, DUPLICATES, plan -> plan.isGarbageOnly());

    assertThat(report.approved()).isFalse();
    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(begun(world)).hasSize(1);
  }

  @Test
  void removesWhatWasShownOnlyIfItStillIsGarbageAfterAWhile() throws Exception {
    var world = world();
    var theirs = Remnants.of(store(world), STRANGER, 1);
    var segments = theirs.segments(1, LONG_AGO, 0);
    Remnants.of(store(world), STRANGER, 2).begin(LONG_AGO);

    var report =
        run(
            world,
            FOREIGN,
            _ -> {
              world.later(Duration.ofMinutes(11));
              theirs.segments(1, world.now(), 1);
              return true;
            });

    assertThat(store(world).keys()).containsAll(segments);
    assertThat(report.executed()).isEqualTo(1);
  }

  @Test
  void saysIfItCannotKnowWhatUploadsWereBegun() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 1);
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(FaultyStore.allOf(Operation.LIST_UPLOADS), RemoteException.Kind.DENIED));

    var report = run(world, OURS);

    // Invariant 9.
    assertThat(report.executed()).isEqualTo(1);
    assertThat(report.failures()).hasSize(1);
    assertThat(collection(world).pretend(OURS).problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.NOT_COLLECTED);
    assertThat(run(world, OURS).succeeded()).isFalse();
  }

  @Test
  void goesOnAfterAFailure() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 1);
    var stuck = Remnants.beside(store(world), backup(world)).segments(2, LATELY, 1);
    Remnants.beside(store(world), backup(world)).segments(3, LATELY, 1);
    world.reach(
        "one",
        store -> new FaultyStore(store).failDeletes(stuck::contains, RemoteException.Kind.DENIED));

    var report = run(world, OURS);

    assertThat(report.executed()).isEqualTo(2);
    assertThat(report.failures()).hasSize(1);
    assertThat(world.events)
        .filteredOn(UpdateEvent.Done.class::isInstance)
        .allSatisfy(
            event ->
                assertThat(((UpdateEvent.Done) event).action())
                    .isInstanceOf(Action.CollectSegments.class));
  }

  @Test
  void reportsARemoteThatIsAway() throws Exception {
    var world = world();
    world.takeAway("one");

    var report = run(world, OURS);

    assertThat(report.succeeded()).isFalse();
    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.REMOTE_AWAY);
  }

  @Test
  void takesNothingForOldThatIsOfToday() {
    assertThat(new GarbageScope(false, Duration.ofDays(1)).foreignAge()).isNotNull();
    assertThatThrownBy(() -> new GarbageScope(false, Duration.ofHours(23)))
        .hasMessageContaining("PT23H");
  }
}
