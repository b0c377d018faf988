package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.Expected;
import org.btrfs2s3.core.reseed.FinalCheck;
import org.btrfs2s3.core.reseed.FinalReport;
import org.btrfs2s3.core.reseed.ReseedScope;
import org.btrfs2s3.core.reseed.ReseedSetup;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.verify.SourcePlace;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filling a remote from the snapshots that are there. */
final class SeedingTest {
  private static final String POLICY = "1y 2d 4h";

  @TempDir private Path directory = Path.of("");

  /** The source is ahead of its snapshots, some of which have expired. */
  private World world() throws Exception {
    var world = World.of(Files.createTempDirectory(directory, "world"), POLICY);
    for (int run = 0; run < 6; run++) {
      world.write("data").run();
      world.later(Duration.ofHours(7));
    }
    world.write("data");
    world.remote("two").source("data", Map.of("one", POLICY, "two", POLICY));
    return world.later(Duration.ofDays(9));
  }

  private static Seeding seeding(World world) {
    return seeding(world, preserved -> preserved);
  }

  private static Seeding seeding(World world, Seeding.Selection selection) {
    var all = world.setup();
    var two = new RemoteId("two");
    var sources =
        all.sources().stream()
            .map(
                s ->
                    new SourceSetup(
                        s.path(),
                        s.snapshots(),
                        s.base(),
                        s.manageAllSnapshots(),
                        s.targets().stream().filter(t -> t.remote().equals(two)).toList()))
            .toList();
    var remotes = all.remotes().stream().filter(remote -> remote.id().equals(two)).toList();
    var setup = new UpdateSetup(all.zone(), sources, remotes, all.toolVersion());
    return new Seeding(setup, new Machine(world.btrfs, world::now, () -> true), selection);
  }

  private static SeedingReport run(World world) throws Exception {
    return run(seeding(world), world, (_, _, _) -> List.of());
  }

  private static SeedingReport run(Seeding seeding, World world, Seeding.Inspection inspection)
      throws Exception {
    return seeding.run(Duration.ZERO, _ -> {}, inspection, world.events::add);
  }

  @Test
  void uploadsWhatIsPreservedAndNothingElse() throws Exception {
    // Invariants 2, 5.
    var world = world();
    var snapshots = world.names("data");
    var one = world.store("one").contents();
    var plan = seeding(world).pretend();
    assertThat(plan.seeds()).hasSizeGreaterThan(1).allMatch(seed -> seed.estimatedBytes() > 0);
    assertThat(plan.plan().actions(Action.DeleteSnapshot.class)).isNotEmpty();
    assertThat(world.store("two").keys()).isEmpty();

    var report = run(world);
    assertThat(report.failures()).isEmpty();
    assertThat(report.succeeded()).isTrue();
    assertThat(world.store("two").keys()).hasSameSizeAs(plan.seeds());
    assertThat(world.names("data")).isEqualTo(snapshots);
    assertThat(world.store("one").contents()).isEqualTo(one);
    var invariants = new Invariants(world, Files.createTempDirectory(directory, "received"));
    invariants.requireRestorable();
    assertThat(seeding(world).pretend().seeds()).isEmpty();
  }

  @Test
  void aKilledRunIsCompletedByTheNext() throws Exception {
    // Invariants 1, 3, 4.
    var whole = world();
    var all = Kill.after(Integer.MAX_VALUE, whole);
    run(whole);
    assertThat(all.effects()).isGreaterThan(1);
    for (int effects = 0; effects < all.effects(); effects++) {
      var world = world();
      Kill.after(effects, world);
      assertThat(catchThrowable(() -> run(world))).isNotNull();
      Kill.never(world);
      assertThat(run(world).failures()).isEmpty();
      assertThat(world.state()).isEqualTo(whole.state());
      new Invariants(world, Files.createTempDirectory(directory, "received")).requireRestorable();
    }
  }

  @Test
  void onlyWhatWasChosenIsUploaded() throws Exception {
    var world = world();
    var root = seeding(world).pretend().seeds().getFirst().upload().identity();
    var report = run(seeding(world, _ -> List.of(root)), world, (_, _, _) -> List.of());
    assertThat(report.executed()).isEqualTo(1);
    assertThat(world.store("two").keys()).hasSize(1);
  }

  @Test
  void whatIsNamedAndNowhereIsAFailure() throws Exception {
    // Invariant 9; with everything missing, and with everything there.
    var world = world();
    var wrong = new Failure(Failure.Kind.LOCAL, "no such backup");
    var selection =
        new Seeding.Selection() {
          @Override
          public List<BackupIdentity> of(java.util.Collection<BackupIdentity> preserved) {
            return List.of();
          }

          @Override
          public Optional<Failure> noneIsWrong() {
            return Optional.of(wrong);
          }
        };
    for (int round = 0; round < 2; round++) {
      assertThat(seeding(world, selection).pretend().unmet()).contains(wrong);
      var report = run(seeding(world, selection), world, (_, _, _) -> List.of());
      assertThat(report.failures()).containsExactly(wrong);
      assertThat(report.succeeded()).isFalse();
      assertThat(run(world).failures()).isEmpty();
    }
  }

  @Test
  void theNewestIsTheNewestOfAllAndNotOfWhatIsMissing() throws Exception {
    var world = world();
    Seeding.Selection latest = new ReseedScope.Latest()::select;
    run(seeding(world, latest), world, (_, _, _) -> List.of());
    var keys = world.store("two").keys();
    assertThat(keys).isNotEmpty();
    var again = run(seeding(world, latest), world, (_, _, _) -> List.of());
    assertThat(again.executed()).isZero();
    assertThat(world.store("two").keys()).isEqualTo(keys);
  }

  /** The final check of the second remote, after something was done to it. */
  private static Seeding.Inspection check(
      World world, Consumer<MemoryStore> deed, List<FinalReport> reports) {
    return (id, uploaded, there) -> {
      var store = world.store(id.value());
      deed.accept(store);
      var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
      var expected =
          new Expected(
              uploaded.stream().map(one -> new Expected.Brought(one, one.size())).toList(),
              Set.copyOf(there));
      var report =
          new FinalCheck(
                  new ReseedSetup.End(id, store, reader),
                  world.btrfs,
                  List.of(
                      new SourcePlace(world.path("data"), world.snapshots("data"), "data", false)),
                  "repair it",
                  _ -> {})
              .run(expected, 0);
      reports.add(report);
      return report.failures();
    };
  }

  private static List<String> failures(World world, Consumer<MemoryStore> deed) throws Exception {
    var report = run(seeding(world), world, check(world, deed, new ArrayList<>()));
    assertThat(report.succeeded()).isTrue();
    return report.failures().stream().map(Failure::message).toList();
  }

  private static ObjectKey last(MemoryStore store) {
    return store.keys().getLast();
  }

  @Test
  void theResultIsLookedAtBeforeTheLocksAreReleased() throws Exception {
    // Invariant 9.
    var world = world();
    List<FinalReport> reports = new ArrayList<>();
    var inspection = check(world, _ -> {}, reports);
    var report =
        run(
            seeding(world),
            world,
            (id, uploaded, there) -> {
              assertThat(there).isEmpty();
              try {
                assertThat(DirectoryLock.tryLock(world.path("data"))).isEmpty();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return inspection.of(id, uploaded, there);
            });
    assertThat(report.failures()).isEmpty();
    var check = reports.getFirst();
    assertThat(Objects.requireNonNull(check.listing()).checked()).hasSize(report.executed());
    assertThat(check.whole()).isNotNull();

    // Nothing is left to be uploaded, and the listing is looked at all the same.
    assertThat(failures(world, two -> two.remove(last(two))))
        .anyMatch(message -> message.contains("was there when this run began"));
  }

  @Test
  void damageIsFoundAtTheEnd() throws Exception {
    // Invariants 3, 9.
    assertThat(failures(world(), two -> two.remove(last(two))))
        .singleElement()
        .asString()
        .contains("remote two: backup", "not listed as a whole one");
    assertThat(
            failures(
                world(),
                two -> {
                  var key = last(two);
                  two.put(key, Arrays.copyOf(two.content(key), 50), two.metadata(key));
                }))
        .anyMatch(message -> message.contains("has 50 bytes there instead of"));
    assertThat(
            failures(
                world(),
                two ->
                    two.keys()
                        .forEach(
                            key -> {
                              var bytes = two.content(key);
                              bytes[bytes.length / 2] ^= 1;
                              two.put(key, bytes, two.metadata(key));
                            })))
        .anyMatch(message -> message.contains("send stream") && message.endsWith("repair it"));
  }

  @Test
  void aForeignBrokenBackupFailsNothing() throws Exception {
    // Invariant 10.
    var world = world();
    var foreign =
        new BackupIdentity(
            new UUID(7, 1),
            new UUID(7, 0),
            new UUID(7, 2),
            Ctransid.ofKernel(9),
            Instant.parse("2026-01-02T03:04:05Z"));
    world
        .store("two")
        .put(
            new ObjectKey(BackupKey.encode("other", foreign, World.ZONE, List.of())),
            new byte[9],
            Map.of());
    List<FinalReport> reports = new ArrayList<>();
    assertThat(run(seeding(world), world, check(world, _ -> {}, reports)).failures()).isEmpty();
    assertThat(reports.getFirst().notes())
        .anyMatch(note -> note.startsWith("none of this run: ") && note.contains("other"));
  }

  @Test
  void aSourceThatIsBeingUploadedStopsTheRun() throws Exception {
    var world = world();
    try (var _ = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThatThrownBy(() -> run(world)).isInstanceOf(LockedException.class);
    }
    assertThat(world.store("two").keys()).isEmpty();
  }
}
