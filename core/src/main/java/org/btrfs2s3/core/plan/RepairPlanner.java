package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a repair does. It takes from the plan of an update what makes backups anew that
 * cannot be restored, or completes the chains of others, and nothing else. Pure.
 */
public final class RepairPlanner {

  private static final PlanOptions UPDATE = PlanOptions.forRepair();

  private final Observation observation;
  private final RepairScope scope;
  private final Whereabouts whereabouts;
  private final List<Action.Upload> uploads = new ArrayList<>();
  private final List<Action.DeleteBackup> replaced = new ArrayList<>();
  private final List<Action.DeleteBackup> collected = new ArrayList<>();
  private final List<RepairPlan.Irreparable> irreparable = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private RepairPlanner(Observation observation, RepairScope scope, Whereabouts whereabouts) {
    this.observation = observation;
    this.scope = scope;
    this.whereabouts = whereabouts;
  }

  /**
   * Plans a repair.
   *
   * @param observation in which the backups of the scope are among the damaged ones
   * @param whereabouts without which nothing is collected
   */
  public static RepairPlan plan(
      Observation observation, RepairScope scope, Whereabouts whereabouts) {
    return new RepairPlanner(observation, scope, whereabouts).plan();
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
    uploads.addAll(ofRemote);
    replaced.addAll(deletions);
    var collection =
        scope.collect() && remote.remote().remote() instanceof ObservedRemote.Listed listed
            ? new RepairCollection(
                remote,
                new Lifelines(observation, remote.source(), listed, whereabouts),
                ofRemote,
                deletions)
            : null;
    if (collection != null) {
      collected.addAll(collection.deletions());
    }
    for (var one : remote.irreparable()) {
      var kept = collection == null ? null : collection.whyKept(one.backup().key());
      irreparable.add(one.keptBecause(kept));
      if (collection == null || kept != null) {
        problems.add(problem(one, kept));
      }
    }
  }

  private static Problem problem(RepairPlan.Irreparable one, @Nullable String kept) {
    var dependants =
        one.dependants().isEmpty()
            ? ""
            : "; with it these cannot be restored: "
                + String.join(", ", one.dependants().stream().map(UUID::toString).toList());
    return new Problem(
        Problem.Kind.NOT_REPAIRED,
        "remote %s: backup %s (%s) cannot be repaired: %s%s%s"
            .formatted(
                one.remote(),
                one.backup().uuid(),
                one.backup().key(),
                one.reason(),
                dependants,
                kept == null ? "" : "; not deleted: " + kept));
  }

  private static boolean concernsRepair(Problem problem) {
    return switch (problem.kind()) {
      case REMOTE_AWAY,
          SOURCE_UNAVAILABLE,
          SNAPSHOT_UNUSABLE,
          LOST_COMMIT,
          HIDDEN_BACKUP,
          UNSUPPORTED_BACKUP ->
          true;
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
