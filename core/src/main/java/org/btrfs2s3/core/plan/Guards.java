package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.policy.DropGuard;

/**
 * Withholds deletions that a wrong clock, or a policy or zone that was just changed, may have
 * caused. Uploads are never withheld.
 */
final class Guards {

  /** Clocks of different machines agree better than this, or one of them is wrong. */
  static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(10);

  /** Longer than any machine that is backed up is usually off. */
  static final Duration SUSPICIOUS_GAP = Duration.ofDays(90);

  private static final String LIFT = "; --allow-delete deletes all the same";

  private final Observation observation;
  private final List<SourcePlan> sources;
  private final boolean guardsPolicy;
  private final Map<Action.Deletion, String> withheld = new HashMap<>();

  /**
   * @param guardsPolicy whether to look for a policy or zone that was changed
   */
  Guards(Observation observation, List<SourcePlan> sources, boolean guardsPolicy) {
    this.observation = observation;
    this.sources = sources;
    this.guardsPolicy = guardsPolicy;
  }

  Map<Action.Deletion, String> withheld() {
    var wrongClock = clockBehindHistory().or(this::clockUnlikeServers);
    for (var source : sources) {
      wrongClock.ifPresent(reason -> deletions(source).forEach(d -> withhold(d, reason)));
      if (!clockConfirmed()) {
        withholdBehindGap(source);
      }
      if (guardsPolicy) {
        source.remotes().forEach(remote -> withholdUnexplained(source, remote));
      }
    }
    return withheld;
  }

  private String shown(Instant time) {
    return ShownTime.of(time, observation.zone());
  }

  private Optional<String> clockBehindHistory() {
    var newest =
        sources.stream()
            .flatMap(Guards::ctimesBeforeThisRun)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    if (!newest.isAfter(observation.now().plus(CLOCK_TOLERANCE))) {
      return Optional.empty();
    }
    return Optional.of(
        "the newest snapshot or backup is of "
            + shown(newest)
            + ", but the clock says "
            + shown(observation.now())
            + ": the clock is wrong, or was wrong when that snapshot was made"
            + LIFT);
  }

  private Optional<String> clockUnlikeServers() {
    return observation.remotes().stream()
        .filter(remote -> confirms(remote) == Confirmation.CONTRADICTS)
        .findFirst()
        .map(
            remote ->
                "the clock says "
                    + shown(observation.now())
                    + ", and the clock of remote "
                    + remote.id()
                    + " differs by more than "
                    + CLOCK_TOLERANCE.toMinutes()
                    + " minutes"
                    + LIFT);
  }

  private boolean clockConfirmed() {
    return observation.clockSynchronized()
        || observation.remotes().stream()
            .anyMatch(remote -> confirms(remote) == Confirmation.CONFIRMS);
  }

  private enum Confirmation {
    CONFIRMS,
    CONTRADICTS,
    SILENT
  }

  private static Confirmation confirms(ObservedRemote remote) {
    return switch (remote) {
      case ObservedRemote.Away _ -> Confirmation.SILENT;
      case ObservedRemote.Listed listed -> {
        var difference = listed.clockDifference();
        if (difference == null) {
          yield Confirmation.SILENT;
        }
        yield difference.compareTo(CLOCK_TOLERANCE) > 0
            ? Confirmation.CONTRADICTS
            : Confirmation.CONFIRMS;
      }
    };
  }

  private void withholdBehindGap(SourcePlan source) {
    var edge = newestBehindGap(source);
    if (edge.isEmpty()) {
      return;
    }
    var reason =
        "nothing confirms the clock ("
            + shown(observation.now())
            + "), and there is a gap of more than "
            + SUSPICIOUS_GAP.toDays()
            + " days after "
            + shown(edge.get())
            + LIFT;
    var ctimes = ctimes(source);
    deletions(source)
        .filter(deletion -> !ctimes.getOrDefault(id(deletion), Instant.MIN).isAfter(edge.get()))
        .forEach(deletion -> withhold(deletion, reason));
  }

  /** The newest known time that is followed by a gap; nothing up to it may go. */
  private Optional<Instant> newestBehindGap(SourcePlan source) {
    var known = new TreeSet<>(ctimes(source).values());
    known.add(observation.now());
    var newest = Optional.<Instant>empty();
    for (var time : known) {
      var next = known.higher(time);
      if (next != null && Duration.between(time, next).compareTo(SUSPICIOUS_GAP) > 0) {
        newest = Optional.of(time);
      }
    }
    return newest;
  }

  private void withholdUnexplained(SourcePlan source, RemotePlan remote) {
    Set<UUID> dropped = new HashSet<>();
    deletions(source)
        .filter(Action.DeleteBackup.class::isInstance)
        .map(Action.DeleteBackup.class::cast)
        .filter(deletion -> deletion.remote().equals(remote.remote().id()))
        .forEach(deletion -> dropped.add(deletion.backup()));
    var backups = remote.backups().byUuid().values().stream().map(StoredBackup::forPolicy).toList();
    var drops = backups.stream().filter(backup -> dropped.contains(backup.uuid())).toList();
    var guard = DropGuard.of(backups, drops, remote.target().policy(), observation.zone());
    if (!guard.trips()) {
      return;
    }
    var message =
        ("%d of %d backups of %s on remote %s would go although this policy would have dropped them"
                    + " before: policy or time zone were changed")
                .formatted(
                    guard.unexplained().size(),
                    backups.size(),
                    source.source().path(),
                    remote.remote().id())
            + LIFT;
    deletions(source)
        .filter(deletion -> concerns(deletion, remote))
        .forEach(deletion -> withhold(deletion, message));
  }

  /** Snapshots too: they could not be sent again to fill what a mistaken policy tore. */
  private static boolean concerns(Action.Deletion deletion, RemotePlan remote) {
    return switch (deletion) {
      case Action.DeleteSnapshot _ -> true;
      case Action.DeleteBackup backup -> backup.remote().equals(remote.remote().id());
      case Action.DeleteLostBackup lost -> lost.remote().equals(remote.remote().id());
    };
  }

  private void withhold(Action.Deletion deletion, String reason) {
    withheld.putIfAbsent(deletion, reason);
  }

  private static UUID id(Action.Deletion deletion) {
    return switch (deletion) {
      case Action.DeleteSnapshot snapshot -> snapshot.snapshot();
      case Action.DeleteBackup backup -> backup.backup();
      case Action.DeleteLostBackup lost -> lost.unfinished().identity().uuid();
    };
  }

  private static Stream<Action.Deletion> deletions(SourcePlan source) {
    return source.actions().stream()
        .filter(Action.Deletion.class::isInstance)
        .map(Action.Deletion.class::cast);
  }

  private static Stream<Instant> ctimesBeforeThisRun(SourcePlan source) {
    Set<UUID> fresh = new HashSet<>();
    source.snapshots().stream()
        .filter(snapshot -> snapshot.origin() != LocalSnapshot.Origin.BEFORE_THIS_RUN)
        .forEach(snapshot -> fresh.add(snapshot.uuid()));
    return ctimes(source).entrySet().stream()
        .filter(known -> !fresh.contains(known.getKey()))
        .map(Map.Entry::getValue);
  }

  /** A snapshot and its backups have one ctime, up to the fraction of a second. */
  private static Map<UUID, Instant> ctimes(SourcePlan source) {
    Map<UUID, Instant> ctimes = new HashMap<>();
    for (var remote : source.remotes()) {
      remote
          .backups()
          .byUuid()
          .values()
          .forEach(b -> ctimes.put(b.identity().uuid(), b.identity().ctime()));
    }
    source.snapshots().forEach(snapshot -> ctimes.put(snapshot.uuid(), snapshot.ctime()));
    return ctimes;
  }
}
