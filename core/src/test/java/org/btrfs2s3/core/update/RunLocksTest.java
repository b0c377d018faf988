package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.LockedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs at once. */
final class RunLocksTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void aSecondRunOnlyMakesTheDueSnapshot() throws Exception {
    var world = World.of(directory, "1m 2h").write("data");
    List<RunReport> second = new ArrayList<>();

    var first = world.run(new Asked(() -> second.add(meanwhile(world))));

    assertThat(first.failures()).isEmpty();
    assertThat(second)
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.failures()).isEmpty();
              // The snapshot is made and named.
              assertThat(report.executed()).isEqualTo(2);
              assertThat(report.plan().problems())
                  .extracting(Problem::kind)
                  .containsExactly(Problem.Kind.SOURCE_BUSY);
            });
    // Nor does the first one make another then, and it uploads what the second one made.
    assertThat(world.names("data")).hasSize(1).noneMatch(name -> name.contains("NEW"));
    assertThat(world.hasBackup("one", world.newest("data").info().uuid())).isTrue();
  }

  /** Says yes, after something else has happened. */
  private record Asked(Runnable meanwhile) implements Approval {
    @Override
    public boolean approve(Plan plan) {
      meanwhile.run();
      return true;
    }

    @Override
    public boolean approveChanged(Plan plan) {
      return false;
    }
  }

  private static RunReport meanwhile(World world) {
    try {
      world.write("data");
      return world.update().run(world.options(), new World.Yes(), _ -> {});
    } catch (IOException | LockedException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLockedSnapshotsDirectoryIsWaitedForAndThenGivenUp() throws Exception {
    var world = World.of(directory, "1d").write("data");
    try (var lock = DirectoryLock.tryLock(world.snapshots("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      assertThatThrownBy(world::run)
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(world.snapshots("data").toString());
      assertThat(world.pretend().isEmpty()).isFalse();
    }
    assertThat(world.entries("data")).isEmpty();
    assertThat(world.run().failures()).isEmpty();
  }

  @Test
  void snapshotsAreNotLockedWhileTheUserIsAsked() throws Exception {
    var world = World.of(directory, "1d").write("data");
    List<Boolean> free = new ArrayList<>();
    world.run(new Asked(() -> free.add(isFree(world.snapshots("data")))));

    assertThat(free).containsExactly(true);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(isFree(world.path("data"))).isTrue();
  }

  private static boolean isFree(Path directory) {
    try {
      var lock = DirectoryLock.tryLock(directory);
      lock.ifPresent(DirectoryLock::close);
      return lock.isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
