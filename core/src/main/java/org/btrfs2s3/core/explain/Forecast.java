package org.btrfs2s3.core.explain;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.PlanOptions;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.plan.Standing;
import org.btrfs2s3.core.plan.UploadTarget;
import org.btrfs2s3.policy.Ctransid;

/**
 * Asks the planner what it would do later, at every time at which a time span ceases to be
 * preserved.
 *
 * <p>It assumes that policy, zone and remotes stay as they are; that of each time span that
 * contains the present a last snapshot is made, a second before it ends, so that what will be sent
 * against a backup of today counts; and that the source has just changed whenever the planner is
 * asked, so that nothing of today is the most recent. What guards withhold counts as deleted.
 */
final class Forecast {

  private static final PlanOptions EVERYTHING = new PlanOptions(true, true, true);

  private final Observation observation;
  private final SourcePlan source;

  Forecast(Plan plan, SourcePlan source) {
    this.observation = plan.observation();
    this.source = source;
  }

  /**
   * Until when a backup is kept on a remote that keeps it now.
   *
   * @param ctimes of it, and of what depends on it
   */
  Until backup(RemotePlan remote, UUID backup, Collection<Instant> ctimes) {
    return search(
        List.of(remote.target()),
        ctimes,
        future -> future.remotes().getFirst().tree().keepsBackup(backup));
  }

  /** Until when a snapshot is kept that is kept now. */
  Until snapshot(LocalSnapshot snapshot) {
    return search(
        source.source().targets(),
        List.of(snapshot.ctime()),
        future -> !future.reasonsToKeep(snapshot.uuid()).isEmpty());
  }

  private Until search(
      List<UploadTarget> targets, Collection<Instant> ctimes, Predicate<SourcePlan> keeps) {
    var soon = observation.now().plusSeconds(1);
    if (!keeps.test(planAt(soon, targets))) {
      return new Until.NextBackup();
    }
    var last = lastOfSpans(targets);
    for (var time : borders(targets, Stream.concat(ctimes.stream(), last.stream()).toList())) {
      if (!keeps.test(planAt(time, targets))) {
        return new Until.At(time);
      }
    }
    return new Until.Open();
  }

  /** When spans of these times cease to be preserved; only what is still to come. */
  private NavigableSet<Instant> borders(List<UploadTarget> targets, List<Instant> ctimes) {
    var borders = new TreeSet<Instant>();
    for (var target : targets) {
      for (var ctime : ctimes) {
        for (var span : target.policy().spansOf(ctime, observation.zone())) {
          borders.add(target.policy().preservedUntil(span, observation.zone()));
        }
      }
    }
    borders.headSet(observation.now(), true).clear();
    return borders;
  }

  /** A second before the spans end that contain the present. */
  private NavigableSet<Instant> lastOfSpans(List<UploadTarget> targets) {
    var times = new TreeSet<Instant>();
    for (var target : targets) {
      for (var span : target.policy().spansOf(observation.now(), observation.zone())) {
        times.add(span.end().minusSeconds(1));
      }
    }
    times.headSet(observation.now(), true).clear();
    return times;
  }

  private SourcePlan planAt(Instant time, List<UploadTarget> targets) {
    var observed = source.source();
    var snapshots = new ArrayList<>(observed.snapshots());
    var ctransid = newest();
    long made = 0;
    for (var ctime : lastOfSpans(targets).headSet(time)) {
      ctransid = next(ctransid);
      snapshots.add(madeLater(++made, ctransid, ctime));
    }
    var later =
        new ObservedSource(
            observed.uuid(),
            observed.path(),
            observed.base(),
            next(ctransid),
            time,
            true,
            0,
            false,
            snapshots,
            targets);
    return Planner.plan(
            new Observation(
                time, observation.zone(), true, List.of(later), List.of(), observation.remotes()),
            EVERYTHING)
        .sources()
        .getFirst();
  }

  private static LocalSnapshot madeLater(long number, Ctransid ctransid, Instant ctime) {
    return new LocalSnapshot(
        new UUID(1, number), // Of version 0, and so never that of a real one.
        "",
        true,
        ctransid,
        ctransid,
        ctime,
        new Standing.Ours(),
        LocalSnapshot.Origin.BEFORE_THIS_RUN);
  }

  private Ctransid newest() {
    return Stream.of(
            Stream.of(source.source().ctransid()),
            source.snapshots().stream().map(LocalSnapshot::ctransid),
            source.remotes().stream()
                .flatMap(remote -> remote.backups().objects().stream())
                .map(backup -> backup.identity().ctransid()),
            source.remotes().stream()
                .flatMap(remote -> remote.damaged().stream())
                .map(damaged -> damaged.backup().identity().ctransid()))
        .flatMap(all -> all)
        .max(Ctransid::compareTo)
        .orElseThrow();
  }

  private static Ctransid next(Ctransid ctransid) {
    return new Ctransid(ctransid.value().add(BigInteger.ONE));
  }
}
