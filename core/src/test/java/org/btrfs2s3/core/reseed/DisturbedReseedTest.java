package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Copies that are killed, or of which a request fails, wherever that is possible. */
final class DisturbedReseedTest {
  /** What a run is. */
  private interface Run {
    ReseedReport of(Clouds clouds) throws Exception;
  }

  @Test
  void aKilledRunIsCompletedByTheNextAndNothingIsDoubled() throws Exception {
    killEverywhere(Clouds::filled, Clouds::run);
  }

  @Test
  void aKilledReencodingIsCompletedByTheNextAndNothingIsDoubled() throws Exception {
    killEverywhere(Clouds::reencoding, Clouds::reencode);
  }

  /** Invariants 1, 3, 4. */
  private static void killEverywhere(Supplier<Clouds> filled, Run run) throws Exception {
    var whole = filled.get();
    var counting = new ArrayList<Mortality>();
    whole.reachTo(store -> remembered(new Mortality(store, Integer.MAX_VALUE), counting));
    run.of(whole);
    int effects = counting.stream().mapToInt(Mortality::effects).sum();
    assertThat(effects).isGreaterThanOrEqualTo(7);
    for (int allowed = 0; allowed < effects; allowed++) {
      var clouds = filled.get();
      int upTo = allowed;
      clouds.reachTo(store -> new Mortality(store, upTo));
      assertThat(catchThrowable(() -> run.of(clouds))).isInstanceOf(Mortality.Killed.class);
      clouds.requireRestorable();
      clouds.reachBoth();
      var report = run.of(clouds);
      assertThat(report.failures()).as("killed after %d effects", allowed).isEmpty();
      clouds.requireComplete();
      assertThat(new HashSet<>(clouds.to.commits())).hasSameSizeAs(clouds.to.commits());
      assertThat(clouds.to.keys()).isEqualTo(whole.to.keys());
    }
  }

  private static Mortality remembered(Mortality store, List<Mortality> all) {
    all.add(store);
    return store;
  }

  @Test
  void aRequestThatFailsIsMadeUpForByTheNextRun() throws Exception {
    failEverywhere((store, k) -> store.fail(FaultyStore.number(k), RemoteException.Kind.TRANSIENT));
  }

  @Test
  void aLostResponseDoesNoHarm() throws Exception {
    failEverywhere((store, k) -> store.loseResponse(FaultyStore.number(k)));
  }

  private interface Fault {
    FaultyStore on(FaultyStore store, int number);
  }

  /** Invariants 1, 3, 9, 11, for both remotes and both kinds of runs. */
  private static void failEverywhere(Fault fault) throws Exception {
    for (var reencode : List.of(false, true)) {
      Run run = reencode ? Clouds::reencode : Clouds::run;
      for (var at : List.of(true, false)) {
        int requests = requests(run, at);
        for (int k = 1; k <= requests; k++) {
          var clouds = Clouds.reencoding();
          int number = k;
          // Only one door for all listings of the run: requests are counted on.
          var faulty = fault.on(new FaultyStore(at ? clouds.from : clouds.to), number);
          reach(clouds, at, _ -> faulty);
          var _ = catchThrowable(() -> run.of(clouds));
          clouds.to.close(); // As the end of the process does.
          clouds.requireRestorable();
          clouds.reachBoth();
          assertThat(run.of(clouds).failures())
              .as("reencode %s, at the source %s, request %d", reencode, at, k)
              .isEmpty();
          clouds.requireComplete();
          assertThat(new HashSet<>(clouds.to.commits())).hasSameSizeAs(clouds.to.commits());
        }
      }
    }
  }

  private static int requests(Run run, boolean atSource) throws Exception {
    var clouds = Clouds.reencoding();
    var counting = new FaultyStore(atSource ? clouds.from : clouds.to);
    reach(clouds, atSource, _ -> counting);
    assertThat(run.of(clouds).failures()).isEmpty();
    assertThat(counting.requests()).hasSizeGreaterThanOrEqualTo(8);
    return counting.requests().size();
  }

  private static void reach(
      Clouds clouds, boolean atSource, Function<BackupStore, BackupStore> door) {
    if (atSource) {
      clouds.reachFrom(door::apply);
    } else {
      clouds.reachTo(door::apply);
    }
  }
}
