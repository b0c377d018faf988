package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;
import static org.btrfs2s3.core.store.FaultyStore.Operation.CREATE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.FaultyStore.Request;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several remotes that need the same stream: one send for all, and nobody holds up the others. */
@Timeout(120)
final class FanoutRunTest {

  private static final Duration DAY = Duration.ofDays(1);

  /** Longer than a busy machine takes for anything that does not block. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));
  private Invariants invariants = new Invariants(world, Path.of(""));

  private void use(long segmentBytes, String... remotes) throws Exception {
    world = new World(Files.createTempDirectory(directory, "world")).segmented(segmentBytes);
    configure(remotes);
    world.write("data");
    invariants = new Invariants(world, Files.createTempDirectory(directory, "received"));
  }

  private void use(String... remotes) throws Exception {
    use(1 << 20, remotes);
  }

  private void configure(String... remotes) throws IOException {
    Map<String, String> policies = new HashMap<>();
    for (String remote : remotes) {
      if (!world.stores.containsKey(remote)) {
        world.remote(remote);
      }
      policies.put(remote, "1y 3d");
    }
    world.source("data", policies);
  }

  private <E extends UpdateEvent> List<E> events(Class<E> kind) {
    return world.events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void requireFinished() throws Exception {
    invariants.requireRestorable();
    invariants.requireNoGarbage();
    invariants.requireNothingToDo();
    for (var store : world.stores.values()) {
      assertThat(store.keys()).isNotEmpty();
    }
  }

  /** The first request that it applies to. */
  private static Predicate<Request> first(Predicate<Request> requests) {
    var times = new AtomicInteger();
    return request -> requests.test(request) && times.getAndIncrement() == 0;
  }

  private static Predicate<Request> of(Operation operation) {
    return request -> request.operation() == operation;
  }

  @Test
  void everySnapshotIsSentOnceHoweverManyRemotesNeedIt() throws Exception {
    for (var remotes : List.of(List.of("one", "two"), List.of("one", "two", "three"))) {
      use(remotes.toArray(String[]::new));
      for (int day = 0; day < 4; day++) {
        assertThat(world.run().failures()).isEmpty();
        assertThat(world.btrfs.sends()).hasSize(day + 1);
        world.later(DAY).write("data");
      }
      world.run();
      assertThat(world.btrfs.sends()).doesNotHaveDuplicates();
      requireFinished();
    }
  }

  @Test
  void whatComesAfterASharedUploadIsSharedToo() throws Exception {
    use("one", "two", "three");
    List.of("one", "two", "three").forEach(world::takeAway);
    for (int day = 0; day < 3; day++) {
      world.run();
      world.later(DAY).write("data");
    }
    List.of("one", "two", "three").forEach(world::reach);

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.btrfs.sends()).hasSize(4).doesNotHaveDuplicates();
    requireFinished();
  }

  @Test
  void segmentsAreSentOnceToo() throws Exception {
    use(40, "one", "two");

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.btrfs.sends()).hasSize(1);
    assertThat(world.store("one").commits()).hasSizeGreaterThan(3);
    requireFinished();
  }

  @Test
  void otherSendParentsAreSentApart() throws Exception {
    use("one");
    world.run();
    configure("one", "two");
    world.later(DAY).write("data");

    assertThat(world.run().failures()).isEmpty();

    // To the first remote a differential, to the second the full one that it needs, and that.
    assertThat(world.btrfs.sends()).hasSizeBetween(3, 4);
    requireFinished();
  }

  /** Counts how often a stream is encoded. */
  private record Counted(String name, AtomicInteger times) implements Stage {
    @Override
    public void transform(InputStream in, OutputStream out) throws IOException {
      times.incrementAndGet();
      in.transferTo(out);
    }
  }

  private record Counting(Counted stage) implements Encoding {
    @Override
    public List<String> keySuffixes() {
      return List.of();
    }

    @Override
    public String description() {
      return stage.name();
    }

    @Override
    public List<Stage> stages() {
      return List.of(stage);
    }
  }

  @Test
  void eachDistinctEncodingIsMadeOnce() throws Exception {
    var fast = new Counting(new Counted("fast", new AtomicInteger()));
    var small = new Counting(new Counted("small", new AtomicInteger()));
    use("one", "two", "three");
    world.encode("one", fast).encode("two", small).encode("three", fast);
    configure("one", "two", "three");

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.btrfs.sends()).hasSize(1);
    assertThat(fast.stage().times()).hasValue(1);
    assertThat(small.stage().times()).hasValue(1);
    requireFinished();
  }

  @Test
  void oneThatFailsIsServedByItselfAfterwards() throws Exception {
    for (var operation : List.of(CREATE, COMMIT)) {
      use("one", "two", "three");
      var once = first(of(operation));
      world.reach(
          "two", store -> new FaultyStore(store).fail(once, RemoteException.Kind.TRANSIENT));

      assertThat(world.run().failures()).isEmpty();

      requireLeftOnce();
    }
  }

  private void requireLeftOnce() throws Exception {
    assertThat(events(UpdateEvent.UploadLeftBehind.class))
        .singleElement()
        .satisfies(left -> assertThat(left.upload().remote().value()).isEqualTo("two"));
    assertThat(world.btrfs.sends()).hasSize(2);
    world.stores.keySet().forEach(world::reach);
    requireFinished();
  }

  private static boolean isSegment(Request request) {
    return BackupKey.decode(request.keys().getFirst().value()) instanceof ParsedKey.Segment;
  }

  @Test
  void oneWhoseCommitWorkedWithoutAnswerIsNotSentAgain() throws Exception {
    for (long segmentBytes : List.of(1L << 20, 40L)) {
      use(segmentBytes, "one", "two");
      var once = first(request -> request.operation() == COMMIT && !isSegment(request));
      world.reach("two", store -> new FaultyStore(store).loseResponse(once));

      assertThat(world.run().failures()).isEmpty();

      assertThat(world.btrfs.sends()).hasSize(1);
      assertThat(events(UpdateEvent.UploadRedundant.class)).hasSize(1);
      world.reach("two");
      requireFinished();
    }
  }

  @Test
  void oneThatBreaksOffWhileItIsWrittenToIsServedByItselfAfterwards() throws Exception {
    use("one", "two");
    var broken = new AtomicInteger();
    world.reach(
        "two",
        store ->
            new FaultyStore(store)
                .failWrites(
                    _ -> broken.getAndIncrement() == 0, 100, RemoteException.Kind.TRANSIENT));

    assertThat(world.run().failures()).isEmpty();

    requireLeftOnce();
  }

  @Test
  void whatIsRefusedForGoodIsNotTriedAgain() throws Exception {
    use("one", "two");
    var faulty = new FaultyStore(world.store("two")).fail(of(CREATE), RemoteException.Kind.REFUSED);
    world.reach("two", _ -> faulty);

    var report = world.run();

    assertThat(report.failures()).extracting(Failure::kind).containsExactly(Failure.Kind.REMOTE);
    assertThat(events(UpdateEvent.UploadLeftBehind.class)).isEmpty();
    assertThat(faulty.requests()).filteredOn(of(CREATE)).hasSize(1);
    assertThat(world.store("one").keys()).hasSize(1);
    world.reach("two").run();
    requireFinished();
  }

  @Test
  void oneThatFailsForEverFailsAloneAndTheOthersAreCommitted() throws Exception {
    // Invariant 9.
    use("one", "two", "three");
    var faulty =
        new FaultyStore(world.store("two")).fail(of(COMMIT), RemoteException.Kind.TRANSIENT);
    world.reach("two", _ -> faulty);

    var report = world.run();

    assertThat(report.failures()).hasSize(1);
    assertThat(faulty.requests()).filteredOn(of(COMMIT)).hasSize(2);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(world.store("three").keys()).hasSize(1);
    world.reach("two").run();
    requireFinished();
  }

  @Test
  void aSnapshotThatCannotBeSentFailsForAllAndIsPlannedAround() throws Exception {
    // Invariant 12.
    use("one", "two");
    world.run();
    world.later(DAY).write("data");
    List.of("one", "two").forEach(world::takeAway);
    world.run();
    List.of("one", "two").forEach(world::reach);
    UUID bad = world.newest("data").info().uuid();
    world.btrfs.failSend(bad, new BtrfsException("EIO", "EIO", null));
    world.later(DAY).write("data");

    var report = world.run();

    assertThat(report.failures()).extracting(Failure::kind).containsOnly(Failure.Kind.SNAPSHOT);
    invariants.requireRestorable();
    for (var store : world.stores.values()) {
      assertThat(store.keys()).hasSize(2);
    }
  }

  @Test
  void oneThatLeavesAmongSegmentsGoesOnFromThere() throws Exception {
    use(40, "one", "two");
    var once =
        first(
            request ->
                request.operation() == CREATE
                    && request.keys().getFirst().value().contains(".seqn000003."));
    world.reach("two", store -> new FaultyStore(store).fail(once, RemoteException.Kind.TRANSIENT));

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(
            resumed -> {
              assertThat(resumed.upload().remote().value()).isEqualTo("two");
              assertThat(resumed.segments()).isEqualTo(2);
            });
    requireLeftOnce();
  }

  @Test
  void oneThatStopsTakingAnythingIsLeftBehindAndTriedByItself() throws Exception {
    for (var where : Blocking.Where.values()) {
      use("one", "two", "three");
      world.patient(PATIENCE);
      var blocking = new Blocking(where, 1);
      world.reach("two", blocking::in);

      assertThat(world.run().failures()).as("%s", where).isEmpty();

      assertThat(blocking.blocked()).isEqualTo(1);
      requireLeftOnce();
    }
  }

  @Test
  void thoseThatAreAllSlowHoldUpNobody() throws Exception {
    use("one", "two");
    world.patient(PATIENCE);
    var together = new CyclicBarrier(2);
    for (String remote : List.of("one", "two")) {
      world.reach(
          remote,
          store ->
              new FaultyStore(store)
                  .fail(
                      request -> request.operation() == COMMIT && isLate(together),
                      RemoteException.Kind.TRANSIENT));
    }

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadLeftBehind.class)).isEmpty();
    assertThat(world.btrfs.sends()).hasSize(1);
    List.of("one", "two").forEach(world::reach);
    requireFinished();
  }

  /** Both take longer than anybody is waited for, and then go on at the same moment. */
  private static boolean isLate(CyclicBarrier together) {
    try {
      Thread.sleep(PATIENCE.plusSeconds(1));
      together.await();
      return false;
    } catch (InterruptedException | BrokenBarrierException e) {
      return true;
    }
  }

  @Test
  void oneThatStopsForEverHoldsUpNobodyAndTheRunEndsWhenItIsClosed() throws Exception {
    use("one", "two");
    world.patient(PATIENCE);
    var blocking = new Blocking(Blocking.Where.WRITE, Integer.MAX_VALUE);
    world.reach("two", blocking::in);
    var running = Thread.ofPlatform().start(() -> blocking.closeAfter(2, Duration.ofSeconds(20)));

    var report = world.run();
    running.join();

    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.REMOTE_AWAY);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(events(UpdateEvent.UploadLeftBehind.class)).hasSize(1);
    assertThat(events(UpdateEvent.UploadCommitted.class)).hasSize(1);
    world.reach("two").run();
    requireFinished();
  }

  @Test
  void anInterruptedRunLeavesNothingPending() throws Exception {
    use("one", "two");
    var blocking = new Blocking(Blocking.Where.WRITE, Integer.MAX_VALUE);
    world.reach("one", blocking::in);
    world.reach("two", blocking::in);
    var main = Thread.currentThread();
    var interrupting =
        Thread.ofPlatform()
            .start(
                () -> {
                  blocking.awaitBlocked(2);
                  main.interrupt();
                });

    assertThatThrownBy(world::run).isInstanceOf(InterruptedException.class);
    interrupting.join();

    for (var store : world.stores.values()) {
      assertThat(store.pendingCount()).isZero();
      assertThat(store.keys()).isEmpty();
    }
    List.of("one", "two").forEach(world::reach);
    assertThat(world.run().failures()).isEmpty();
    requireFinished();
  }
}
