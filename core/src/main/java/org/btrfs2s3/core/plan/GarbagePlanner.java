package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a collection of garbage removes. What an update would collect it takes from the plan
 * of one; nothing else of that plan is executed. Pure.
 */
public final class GarbagePlanner {

  /** No snapshot is going to be made, and none is predicted. */
  private static final PlanOptions UPDATE = new PlanOptions(false, true, true);

  private final Observation observation;
  private final GarbageScope scope;
  private final List<Problem> problems = new ArrayList<>();

  private GarbagePlanner(Observation observation, GarbageScope scope) {
    this.observation = observation;
    this.scope = scope;
  }

  public static GarbagePlan plan(Observation observation, GarbageScope scope) {
    return new GarbagePlanner(observation, scope).plan();
  }

  private GarbagePlan plan() {
    var update = Planner.plan(observation, UPDATE);
    var duplicates = scope.duplicates() ? duplicates(update) : List.<Action.DeleteBackup>of();
    update.problems().stream().filter(this::concernsGarbage).forEach(problems::add);
    observation.sources().stream().filter(source -> !source.mayUpload()).forEach(this::addBusy);
    return new GarbagePlan(
        update,
        update.actions(Action.Collection.class),
        duplicates,
        foreign(scope.foreignAge()),
        problems);
  }

  private boolean concernsGarbage(Problem problem) {
    return switch (problem.kind()) {
      case REMOTE_AWAY,
          SOURCE_UNAVAILABLE,
          LOST_COMMIT,
          HIDDEN_BACKUP,
          UNSUPPORTED_BACKUP,
          NOT_COLLECTED ->
          true;
      case DUPLICATE_BACKUP -> !scope.duplicates();
      case BROKEN_BACKUP,
          NOT_REPAIRED,
          SNAPSHOT_UNUSABLE,
          SOURCE_BUSY,
          NESTED_SUBVOLUMES,
          SNAPSHOTS_INSIDE_SOURCE ->
          false;
    };
  }

  private void addBusy(ObservedSource source) {
    problems.add(
        new Problem(
            Problem.Kind.SOURCE_BUSY,
            "source %s: another run is uploading it; nothing of it is collected"
                .formatted(source.path())));
  }

  private List<Action.DeleteBackup> duplicates(Plan update) {
    List<Action.DeleteBackup> deletions = new ArrayList<>();
    for (var source : update.sources()) {
      if (source.source().mayUpload()) {
        source.remotes().stream()
            .filter(RemotePlan::isThere)
            .map(remote -> new DuplicateDeletions(source.source().uuid(), remote))
            .forEach(
                ofRemote -> {
                  deletions.addAll(ofRemote.deletions());
                  problems.addAll(ofRemote.problems());
                });
      }
    }
    return deletions;
  }

  private List<Action.Collection> foreign(@Nullable Duration age) {
    if (age == null) {
      return List.of();
    }
    if (!observation.unavailable().isEmpty()) {
      keepForeign(
          "a source is not available, so that its uploads cannot be told from foreign ones");
      return List.of();
    }
    Set<UUID> ours =
        observation.sources().stream().map(ObservedSource::uuid).collect(Collectors.toSet());
    List<Action.Collection> collections = new ArrayList<>();
    for (var remote : observation.remotes()) {
      if (remote instanceof ObservedRemote.Listed listed && hasTrustedTime(listed)) {
        collections.addAll(new ForeignGarbage(ours, listed, age).all());
      }
    }
    return collections;
  }

  /** Ages are told by the remote's clock; where it has none, by ours. */
  private boolean hasTrustedTime(ObservedRemote.Listed remote) {
    if (remote.clockDifference() == null && !observation.clockSynchronized()) {
      keepForeign("nothing confirms the clock by which remote " + remote.id() + " is judged");
      return false;
    }
    return true;
  }

  private void keepForeign(String reason) {
    problems.add(
        new Problem(Problem.Kind.NOT_COLLECTED, "nothing foreign is collected: " + reason));
  }
}
