package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Decides what a repair does. It takes from the plan of an update what makes backups anew that
 * cannot be restored, or completes the chains of others, and nothing else. Pure.
 */
public final class RepairPlanner {

  private static final PlanOptions UPDATE = PlanOptions.forRepair();

  private final Observation observation;
  private final RepairScope scope;
  private final List<Action.Upload> uploads = new ArrayList<>();
  private final List<Action.DeleteBackup> replaced = new ArrayList<>();
  private final List<Action.DeleteBackup> collected = new ArrayList<>();
  private final List<RepairPlan.Irreparable> irreparable = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private RepairPlanner(Observation observation, RepairScope scope) {
    this.observation = observation;
    this.scope = scope;
  }

  /**
   * Plans a repair.
   *
   * @param observation in which the backups of the scope are among the damaged ones
   */
  public static RepairPlan plan(Observation observation, RepairScope scope) {
    return new RepairPlanner(observation, scope).plan();
  }

  private RepairPlan plan() {
    var update = Planner.plan(observation, UPDATE);
    update.problems().stream().filter(RepairPlanner::concernsRepair).forEach(problems::add);
    for (var source : update.sources()) {
      if (source.source().mayUpload()) {
        source.remotes().stream()
            .filter(RemotePlan::isThere)
            .map(remote -> new RemoteRepair(update, source.source(), remote))
            .forEach(this::add);
      } else {
        problems.add(
            new Problem(
                Problem.Kind.SOURCE_BUSY,
                "source %s: another run is uploading it; nothing of it is repaired"
                    .formatted(source.source().path())));
      }
    }
    scope.damaged().forEach(this::requireKnown);
    return new RepairPlan(update, uploads, replaced, collected, irreparable, problems);
  }

  private void add(RemoteRepair remote) {
    var ofRemote = remote.uploads();
    var deletions = remote.replaced(ofRemote);
    var gone =
        scope.collect() ? remote.collected(ofRemote, deletions) : List.<Action.DeleteBackup>of();
    uploads.addAll(ofRemote);
    replaced.addAll(deletions);
    collected.addAll(gone);
    var goes = gone.stream().map(Action.DeleteBackup::key).toList();
    for (var one : remote.irreparable()) {
      irreparable.add(one);
      if (!goes.contains(one.backup().key())) {
        problems.add(problem(one));
      }
    }
  }

  private static Problem problem(RepairPlan.Irreparable one) {
    var dependants =
        one.dependants().isEmpty()
            ? ""
            : "; with it these cannot be restored: "
                + String.join(", ", one.dependants().stream().map(UUID::toString).toList());
    return new Problem(
        Problem.Kind.NOT_REPAIRED,
        "remote %s: backup %s (%s) cannot be repaired: %s%s"
            .formatted(
                one.remote(), one.backup().uuid(), one.backup().key(), one.reason(), dependants));
  }

  private static boolean concernsRepair(Problem problem) {
    return switch (problem.kind()) {
      case REMOTE_AWAY, SOURCE_UNAVAILABLE, SNAPSHOT_UNUSABLE, LOST_COMMIT -> true;
      case BROKEN_BACKUP,
          NOT_REPAIRED,
          NOT_COLLECTED,
          DUPLICATE_BACKUP,
          SOURCE_BUSY,
          NESTED_SUBVOLUMES,
          SNAPSHOTS_INSIDE_SOURCE ->
          false;
    };
  }

  /** What is named must be there, and be of a source that is here. */
  private void requireKnown(RemoteId remote, Set<UUID> named) {
    if (!(observation.remote(remote) instanceof ObservedRemote.Listed listed)) {
      return; // Told already.
    }
    for (var uuid : named) {
      var found =
          listed.catalog().damaged().stream()
              .filter(damaged -> damaged.backup().uuid().equals(uuid))
              .findFirst();
      if (found.isEmpty()) {
        notRepaired(
            "remote %s has no backup %s: update uploads it if the policy wants it"
                .formatted(remote, uuid));
      } else if (observation.sources().stream()
          .noneMatch(source -> source.uuid().equals(found.get().backup().source()))) {
        notRepaired(
            "remote %s: backup %s is of source %s, which is none of this configuration on this"
                    .formatted(remote, uuid, found.get().backup().source())
                + " machine");
      }
    }
  }

  private void notRepaired(String message) {
    problems.add(new Problem(Problem.Kind.NOT_REPAIRED, message));
  }
}
