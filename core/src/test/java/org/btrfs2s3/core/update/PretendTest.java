package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan that is shown, and that showing it is all that happens. */
final class PretendTest {

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));

  /** The next run makes, renames, uploads and deletes. */
  @BeforeEach
  void makeWorld() throws Exception {
    world =
        new World(directory)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "1m 2d 4h", "two", "1y 2d"))
            .source("other", Map.of("one", "3h"));
    for (int run = 0; run < 8; run++) {
      world.write("data").write("other").run();
      world.later(Duration.ofHours(7));
    }
    world.write("data").write("other");
  }

  @Test
  void pretendingChangesNothing() throws Exception {
    // Invariant 5.
    var before = world.state();
    List<String> effects = new ArrayList<>();
    world.btrfs.watch((operation, _) -> effects.add(operation));
    var one = new FaultyStore(world.store("one"));
    world.reach("one", _ -> one);

    var plan = world.pretend();

    assertThat(plan.actions(Action.CreateSnapshot.class)).hasSize(2);
    assertThat(plan.actions(Action.DeleteSnapshot.class)).isNotEmpty();
    assertThat(plan.actions(Action.DeleteBackup.class)).isNotEmpty();
    assertThat(effects).isEmpty();
    assertThat(one.requests())
        .extracting(FaultyStore.Request::operation)
        .containsExactly(Operation.LIST);
    assertThat(world.state()).isEqualTo(before);
  }

  @Test
  void whatIsPredictedIsDone() throws Exception {
    // All equal but for the UUID, and with it the key, and a later ctransid.
    var predicted = world.pretend();
    List<Plan> shown = new ArrayList<>();
    var report =
        world.run(
            new Approval() {
              @Override
              public boolean approve(Plan plan) {
                return shown.add(plan);
              }

              @Override
              public boolean approveChanged(Plan plan) {
                throw new AssertionError("nothing is to be asked twice");
              }
            });

    var normal = report.plan();
    assertThat(shown).containsExactly(predicted);
    assertThat(steps(normal)).isEqualTo(steps(predicted));
    assertThat(
            report.plan().sources().stream()
                .flatMap(source -> source.snapshots().stream())
                .filter(snapshot -> snapshot.origin() == LocalSnapshot.Origin.IN_THIS_RUN))
        .hasSize(2);
  }

  /** Actions but for creations, with a name for what does not exist before. */
  private static List<String> steps(Plan plan) {
    List<String> steps = new ArrayList<>();
    for (var source : plan.sources()) {
      var made =
          source.snapshots().stream()
              .filter(s -> s.origin() != LocalSnapshot.Origin.BEFORE_THIS_RUN)
              .map(LocalSnapshot::uuid)
              .toList();
      for (var action : source.actions()) {
        if (!(action instanceof Action.CreateSnapshot)) {
          steps.add(named(action.toString(), made));
        }
      }
    }
    return steps;
  }

  private static String named(String action, List<UUID> made) {
    var named = action.replaceAll("from=[^,]*, ", "");
    for (var uuid : made) {
      named = named.replace(uuid.toString(), "the new one");
    }
    return named;
  }
}
