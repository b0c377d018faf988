package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;

import java.nio.file.Files;
import java.util.Collections;
import java.util.Map;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Interrupted uploads of segmented backups, and what they go on with (invariant 4). */
final class ResumedUploadTest extends Segmenting {
  @Test
  void aResumeThatIsInterruptedBeforeItsFirstSegmentIsWholeLosesNone() throws Exception {
    // Else a machine that is never up for as long as a segment takes would go backwards.
    use(segmented(SEGMENT_BYTES));
    interruptAt(3);
    var stored = segments("one");

    for (int time = 0; time < 3; time++) {
      world.reach(
          "one",
          store ->
              new FaultyStore(store)
                  .fail(request -> request.operation() == COMMIT, RemoteException.Kind.TRANSIENT)
                  .fail(creates(".seqn000002."), RemoteException.Kind.TRANSIENT));
      assertThat(world.run().failures()).isNotEmpty();
      assertThat(segments("one")).isEqualTo(stored);
    }

    world.reach("one");
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class)).hasSize(1);
    requireFinished();
  }

  @Test
  void whereNothingMayBeDeletedAnInterruptedUploadBeginsAnew() throws Exception {
    use(segmented(SEGMENT_BYTES));
    interruptAt(3);
    world.reach(
        "one", store -> new FaultyStore(store).failDeletes(_ -> true, RemoteException.Kind.DENIED));

    world.run();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).hasSize(1);
    invariants.requireRestorable();
  }

  @Test
  void aKilledUploadGoesOnWhereItStoppedAndSendsOneSegmentAgainAtMost() throws Exception {
    // Invariant 4; the bytes are counted.
    int length = wholeStream().length;
    var whole = segmented(SEGMENT_BYTES);
    var all = Kill.after(Integer.MAX_VALUE, whole);
    whole.run();
    int resumed = 0;
    for (int effects = 0; effects < all.effects(); effects++) {
      use(segmented(SEGMENT_BYTES));
      Kill.after(effects, world);
      assertThat(catchThrowable(world::run)).isNotNull();
      int stored = segments("one").size();
      long before = world.store("one").bytesWritten();
      Kill.never(world);

      assertThat(world.run().failures()).isEmpty();

      var times = timesStored("one");
      assertThat(Collections.max(times.values())).as("%s", times).isLessThanOrEqualTo(2);
      assertThat(times.values().stream().filter(n -> n == 2).count()).isLessThanOrEqualTo(1);
      assertThat(events(UpdateEvent.UploadResumed.class)).hasSize(stored == 0 ? 0 : 1);
      if (stored > 0) {
        resumed++;
        long skipped = SEGMENT_BYTES * (stored - 1L);
        assertThat(events(UpdateEvent.UploadResumed.class).getFirst().streamBytes())
            .isEqualTo(skipped);
        long commitObject =
            world.store("one").keys().stream()
                .filter(key -> key.value().endsWith(".commit"))
                .mapToLong(key -> world.store("one").content(key).length)
                .sum();
        assertThat(world.store("one").bytesWritten() - before)
            .isEqualTo(length - skipped + commitObject);
        assertThat(attempts(world.store("one").commits())).isEqualTo(1);
      }
      requireFinished();
    }
    assertThat(resumed).isGreaterThanOrEqualTo(length / SEGMENT_BYTES);
  }

  @Test
  void anotherStreamOfTheSameSnapshotBeginsAnewAndTheOldAttemptGoes() throws Exception {
    interruptAt(3);
    world.btrfs.changeStream(world.newest("data").info().uuid());

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void theOldAttemptStaysUntilTheNewOneIsCommitted() throws Exception {
    interruptAt(3);
    var old = segments("one");
    world.btrfs.changeStream(world.newest("data").info().uuid());

    interruptAt(2);

    assertThat(segments("one")).hasSize(5).containsAll(old);
  }

  @Test
  void ofSeveralAttemptsOneOfTodaysStreamIsResumed() throws Exception {
    // Else one that is longer, and fits no more, would keep an upload of weeks from ever ending.
    interruptAt(4);
    world.btrfs.changeStream(world.newest("data").info().uuid());
    interruptAt(3);

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(resumed -> assertThat(resumed.segments()).isEqualTo(2));
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void whatIsBackedUpInOneObjectAfterAllRemovesItsSegments() throws Exception {
    interruptAt(3);
    world.btrfs.changeStream(world.newest("data").info().uuid());
    world.segmented(1 << 20).source("data", Map.of("one", "1y 1d"));

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.store("one").keys()).hasSize(1);
    requireFinished();
  }

  @Test
  void oneRemoteResumesWhileAnotherBegins() throws Exception {
    use(
        new World(Files.createTempDirectory(directory, "two"))
            .segmented(SEGMENT_BYTES)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "1y 1d", "two", "1y 1d"))
            .write("data"));
    world.takeAway("two");
    interruptAt(3);
    world.reach("two");
    int sends = world.btrfs.sends().size();

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(e -> assertThat(e.upload().remote().value()).isEqualTo("one"));
    assertThat(world.btrfs.sends()).hasSize(sends + 2);
    assertThat(timesStored("two").values()).containsOnly(1);
    assertThat(timesStored("one").entrySet().stream().filter(e -> e.getValue() > 1).toList())
        .containsExactly(Map.entry(2, 2));
    requireFinished();
  }

  @Test
  void anotherRunsSourceKeepsItsAttempt() throws Exception {
    // Invariant 10: only who holds the upload lock collects.
    interruptAt(3);
    world.store("one").remove(segment(0));
    var before = world.store("one").contents();

    try (var _ = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      world.run();
    }

    assertThat(world.store("one").contents()).isEqualTo(before);
    assertThat(world.store("one").keys()).hasSize(2);
  }
}
