package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.LockedException;
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
    return seeding(world, UnaryOperator.identity());
  }

  private static Seeding seeding(World world, UnaryOperator<List<Action.Upload>> selection) {
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
    return seeding(world).run(Duration.ZERO, _ -> {}, world.events::add);
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
    var report =
        seeding(world, uploads -> uploads.subList(0, 1))
            .run(Duration.ZERO, _ -> {}, world.events::add);
    assertThat(report.executed()).isEqualTo(1);
    assertThat(world.store("two").keys()).hasSize(1);
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
