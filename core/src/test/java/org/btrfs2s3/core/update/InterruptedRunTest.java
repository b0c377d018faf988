package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Request;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are killed, or whose requests fail, at every place where that is possible. */
@ParameterizedClass
@ValueSource(longs = {1 << 20, 60})
final class InterruptedRunTest {

  /** In one object, or in several. */
  @Parameter private long segmentBytes;

  @TempDir private Path directory = Path.of("");

  /** The next run makes, renames, uploads and deletes, on both remotes. */
  private World world() throws Exception {
    var world =
        new World(Files.createTempDirectory(directory, "world"))
            .segmented(segmentBytes)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "1m 2d 4h", "two", "1y 2d"));
    for (int run = 0; run < 6; run++) {
      world.write("data").run();
      world.later(Duration.ofHours(7));
    }
    world.takeAway("two");
    for (int run = 0; run < 4; run++) {
      world.write("data").run();
      world.later(Duration.ofHours(7));
    }
    world.reach("two");
    return world.write("data");
  }

  private Invariants invariants(World world) throws Exception {
    return new Invariants(world, Files.createTempDirectory(directory, "received"));
  }

  @Test
  void aKilledRunIsFinishedByTheNext() throws Exception {
    // Invariant 4: whatever prefix of its effects a run has, the next one ends where it would have.
    var whole = world();
    var all = Kill.after(Integer.MAX_VALUE, whole);
    whole.run();
    assertThat(whole.events).filteredOn(UpdateEvent.Done.class::isInstance).hasSizeGreaterThan(9);
    assertThat(segmentedBackups(whole)).isEqualTo(isSegmented());
    long resumed = 0;
    for (int effects = 0; effects < all.effects(); effects++) {
      var world = world();
      Kill.after(effects, world);

      assertThat(catchThrowable(world::run))
          .as("killed after %d of %d effects", effects, all.effects())
          .isNotNull();
      invariants(world).requireRestorable();
      Kill.never(world);
      var watch = new Watch(world);
      watch.begin(List.of(), List.of());
      assertThat(world.run().failures()).isEmpty();
      resumed += resumes(world);

      watch.requireNothingWrong();
      assertThat(world.state()).as("after %d effects", effects).isEqualTo(whole.state());
      invariants(world).requireRestorable();
      invariants(world).requireNothingToDo();
      invariants(world).requireNoGarbage();
    }
    assertThat(resumed > 0).isEqualTo(isSegmented());
  }

  private boolean isSegmented() {
    return segmentBytes < 1 << 20;
  }

  private static boolean segmentedBackups(World world) throws Exception {
    for (var store : world.stores.values()) {
      var backups = Catalog.of(store.list().objects()).backups();
      if (backups.stream().anyMatch(backup -> backup.contentKeys().size() > 1)) {
        return true;
      }
    }
    return false;
  }

  private static long resumes(World world) {
    return world.events.stream().filter(UpdateEvent.UploadResumed.class::isInstance).count();
  }

  @Test
  void aRequestThatFailsOnceIsMadeUpForByTheNextRun() throws Exception {
    failEachRequest((store, request) -> store.fail(request, RemoteException.Kind.TRANSIENT));
  }

  @Test
  void aResponseThatIsLostOnceDoesNoHarm() throws Exception {
    failEachRequest(FaultyStore::loseResponse);
  }

  private interface Fault {
    FaultyStore on(FaultyStore store, java.util.function.Predicate<Request> request);
  }

  private void failEachRequest(Fault fault) throws Exception {
    for (var remote : List.of("one", "two")) {
      var whole = world();
      var counting = new FaultyStore(whole.store(remote));
      whole.reach(remote, _ -> counting);
      whole.run();
      for (int k = 1; k <= counting.requests().size(); k++) {
        var world = world();
        int number = k;
        world.reach(remote, store -> fault.on(new FaultyStore(store), FaultyStore.number(number)));
        var watch = new Watch(world);
        watch.begin(List.of(), List.of(remote));
        var report = world.run();
        world.reach(remote);
        watch.begin(List.of(), List.of());

        watch.requireNothingWrong();
        var request = counting.requests().get(k - 1);
        // The first listing of two may fail: the second one shows all.
        assertThat(report.failures().isEmpty())
            .as("%s: %s", remote, request)
            .isEqualTo(k == 1 || request.operation() == FaultyStore.Operation.LIST_UPLOADS);
        invariants(world).requireRestorable();
        world.run();
        assertThat(world.run().failures()).isEmpty();
        watch.requireNothingWrong();
        assertThat(world.state()).as("%s: %s", remote, request).isEqualTo(whole.state());
        invariants(world).requireRestorable();
        invariants(world).requireNothingToDo();
        invariants(world).requireNoGarbage();
      }
    }
  }
}
