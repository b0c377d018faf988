package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.DELETE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Segmented backups: how they are deleted, and what is left of them (invariants 2 and 3). */
final class SegmentDeletionTest extends Segmenting {
  /** Two backups, of which the first goes in the next run. */
  private FaultyStore expireTheFirst() throws Exception {
    world.source("data", Map.of("one", "1d"));
    world.run();
    world.later(Duration.ofDays(2)).write("data");
    var watched = new FaultyStore(world.store("one"));
    world.reach("one", _ -> watched);
    return watched;
  }

  @Test
  void aBackupIsDeletedWithItsCommitObjectFirstThenSegmentZeroThenTheRest() throws Exception {
    // Invariant 1: nothing visible is ever without its content.
    var watched = expireTheFirst();
    var old = new ArrayList<>(segments("one"));

    assertThat(world.run().failures()).isEmpty();

    var deletes =
        watched.requests().stream()
            .filter(request -> request.operation() == DELETE)
            .map(FaultyStore.Request::keys)
            .toList();
    assertThat(deletes).hasSize(3);
    assertThat(deletes.get(0)).singleElement().asString().endsWith(".commit");
    assertThat(deletes.get(1)).isEqualTo(old.subList(0, 1));
    assertThat(deletes.get(2)).isEqualTo(old.subList(1, old.size()));
    requireFinished();
  }

  @Test
  void aCommitObjectThatCannotBeDeletedKeepsItsSegments() throws Exception {
    var watched = expireTheFirst();
    watched.failDeletes(key -> key.value().endsWith(".commit"), RemoteException.Kind.DENIED);

    var report = world.run();
    world.reach("one");

    assertThat(report.failures()).hasSize(1);
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).hasSize(2);
    invariants.requireRestorable();
    assertThat(world.run().failures()).isEmpty();
    requireFinished();
  }

  @Test
  void aSegmentThatCannotBeDeletedIsRemovedByALaterRun() throws Exception {
    for (String refused : List.of(".seqn000000.", ".seqn000002.")) {
      use(segmented(SEGMENT_BYTES));
      var watched = expireTheFirst();
      watched.failDeletes(key -> key.value().contains(refused), RemoteException.Kind.DENIED);

      var report = world.run();
      world.reach("one");

      assertThat(report.failures()).hasSize(1);
      assertThat(Catalog.of(world.store("one").list().objects()).damaged()).isEmpty();
      invariants.requireRestorable();
      assertThat(world.run().failures()).isEmpty();
      requireFinished();
    }
  }

  @Test
  void whatMayBeALostBackupIsReportedAndStaysForThirtyDays() throws Exception {
    var watched = expireTheFirst();
    world.store("one").setLastModified(world.now());
    var first = segments("one");
    for (var key : first) {
      world.store("one").put(key, world.store("one").content(key), Map.of());
    }
    watched.failDeletes(key -> key.value().contains(".seqn000000."), RemoteException.Kind.DENIED);
    world.run();
    world.reach("one");

    for (int day : List.of(0, 29)) {
      world.store("one").setServerTime(world.now().plus(Duration.ofDays(day)));
      var kept = world.pretend();
      assertThat(kept.problems()).extracting(Problem::kind).contains(Problem.Kind.LOST_COMMIT);
      assertThat(kept.isEmpty()).isTrue();
    }
    assertThat(segments("one")).containsAll(first);
    world.store("one").setServerTime(null);
    world.later(Duration.ofDays(31));
    assertThat(world.run().failures()).isEmpty();
    assertThat(segments("one")).doesNotContainAnyElementsOf(first);
  }

  @Test
  void aDamagedBackupIsReportedAndReplacedFromItsSnapshot() throws Exception {
    // Invariant 3.
    world.run();
    world.store("one").remove(segment(1));

    var report = world.run();

    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.BROKEN_BACKUP);
    assertThat(world.run().failures()).isEmpty();
    requireFinished();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
  }
}
