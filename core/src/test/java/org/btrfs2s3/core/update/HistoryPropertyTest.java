package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterTry;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Request;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Reason;

/** Random lives of a machine, with remotes that come and go, looked at after each run. */
final class HistoryPropertyTest {

  private static final List<String> REMOTES = List.of("one", "two", "three");

  private final List<Path> directories = new ArrayList<>();

  /** What is wrong with a remote during one run. */
  private enum Trouble {
    NONE,
    AWAY,
    FAILS_ONCE,
    LOSES_A_RESPONSE,
    GOES_AWAY,
    REFUSES_DELETES
  }

  /**
   * One run.
   *
   * @param minutes that pass before it
   * @param request at which the troubles begin
   */
  record Step(int minutes, boolean written, List<Trouble> troubles, int request) {}

  @Property(seed = "20260211", tries = 25, shrinking = ShrinkingMode.BOUNDED)
  void whateverHappensBackupsAreWholeAndNothingIsDeletedTooEarly(
      @ForAll("policies") List<String> policies,
      @ForAll("segments") long segmentBytes,
      @ForAll("lives") List<Step> life)
      throws Exception {
    // Invariants 1, 2, 3, 4 and 11.
    var world = world(policies, segmentBytes);
    var invariants = new Invariants(world, newDirectory());
    var watch = new Watch(world);
    boolean failed = false;
    for (var step : life) {
      var report = live(world, watch, step);
      requireNothingWithheld(report, failed);
      failed |= !report.failures().isEmpty();
      watch.requireNothingWrong();
      invariants.requireRestorable();
    }
    world.stores.keySet().forEach(world::reach);
    watch.begin(List.of(), List.of());
    var report = world.runWithAllowDelete();

    assertThat(report.failures()).isEmpty();
    watch.requireNothingWrong();
    invariants.requireRestorable();
    deleteWhatWasOnlyFinished(world, report);
    watch.requireNothingWrong();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
    invariants.requireNoGarbage();
  }

  /** What was kept only because it was half uploaded goes in the run after the one that did it. */
  private static void deleteWhatWasOnlyFinished(World world, RunReport before) throws Exception {
    var next = world.runWithAllowDelete();
    assertThat(next.failures()).isEmpty();
    assertThat(next.executed()).isEqualTo(next.plan().actions(Action.Deletion.class).size());
    if (next.executed() > 0) {
      assertThat(before.plan().actions(Action.Upload.class))
          .anyMatch(upload -> upload.reasons().contains(Reason.UPLOADING));
    }
  }

  private World world(List<String> policies, long segmentBytes) throws IOException {
    var world = new World(newDirectory()).segmented(segmentBytes);
    Map<String, String> targets = new HashMap<>();
    for (int i = 0; i < policies.size(); i++) {
      world.remote(REMOTES.get(i));
      targets.put(REMOTES.get(i), policies.get(i));
    }
    return world.source("data", targets);
  }

  private static RunReport live(World world, Watch watch, Step step) throws Exception {
    world.later(Duration.ofMinutes(step.minutes()));
    if (step.written()) {
      world.write("data");
    }
    List<String> away = new ArrayList<>();
    List<String> troubled = new ArrayList<>();
    for (int i = 0; i < world.stores.size(); i++) {
      var trouble = step.troubles().get(i);
      world.reach(REMOTES.get(i), store -> faulty(store, trouble, step.request()));
      if (trouble == Trouble.AWAY) {
        away.add(REMOTES.get(i));
      } else if (trouble != Trouble.NONE) {
        troubled.add(REMOTES.get(i));
      }
    }
    watch.begin(away, troubled);
    return world.run();
  }

  /**
   * A gap of months is no reason to doubt a clock that is synchronized, nor is a policy's work. But
   * where runs failed, backups outlive their time, and it looks as if the policy were a new one.
   */
  private static void requireNothingWithheld(RunReport report, boolean failed) {
    assertThat(report.plan().withheld().values())
        .allMatch(reason -> failed && reason.contains("policy or time zone were changed"));
  }

  private static FaultyStore faulty(BackupStore store, Trouble trouble, int request) {
    var faulty = new FaultyStore(store);
    Predicate<Request> all = _ -> true;
    return switch (trouble) {
      case NONE -> faulty;
      case AWAY -> faulty.fail(all, RemoteException.Kind.TRANSIENT);
      case FAILS_ONCE -> faulty.fail(FaultyStore.number(request), RemoteException.Kind.TRANSIENT);
      case LOSES_A_RESPONSE -> faulty.loseResponse(FaultyStore.number(request));
      case GOES_AWAY -> faulty.fail(FaultyStore.fromNumber(request), RemoteException.Kind.DENIED);
      case REFUSES_DELETES -> faulty.failDeletes(_ -> true, RemoteException.Kind.DENIED);
    };
  }

  @Provide
  Arbitrary<List<String>> policies() {
    return Arbitraries.of(
            "1y 3m 4d 5h", "2y 1w 3d", "3d", "5h", "1m 2d 3h 4M", "4q 2w 6d", "", "1y", "2d 20h")
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Provide
  Arbitrary<Long> segments() {
    return Arbitraries.of(30L, 60L, 100L, 1L << 20);
  }

  @Provide
  Arbitrary<List<Step>> lives() {
    var minutes =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.integers().between(1, 60 * 30)),
            Tuple.of(1, Arbitraries.integers().between(0, 60 * 24 * 200)));
    var trouble =
        Arbitraries.frequency(
            Tuple.of(8, Trouble.NONE),
            Tuple.of(3, Trouble.AWAY),
            Tuple.of(2, Trouble.FAILS_ONCE),
            Tuple.of(2, Trouble.LOSES_A_RESPONSE),
            Tuple.of(1, Trouble.GOES_AWAY),
            Tuple.of(1, Trouble.REFUSES_DELETES));
    return Combinators.combine(
            minutes,
            Arbitraries.of(true, true, true, false),
            trouble.list().ofSize(REMOTES.size()),
            Arbitraries.integers().between(1, 12))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(40);
  }

  private Path newDirectory() throws IOException {
    var directory = Files.createTempDirectory("btrfs2s3-history");
    directories.add(directory);
    return directory;
  }

  @AfterTry
  void deleteDirectories() throws IOException {
    for (var directory : directories) {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    directories.clear();
  }
}
