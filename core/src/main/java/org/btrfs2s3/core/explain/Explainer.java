package org.btrfs2s3.core.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.explain.BackupFate.Situation;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.plan.Standing;
import org.jspecify.annotations.Nullable;

/** Reads off a plan what it says of one snapshot and its backups. */
public final class Explainer {

  private final Plan plan;

  public Explainer(Plan plan) {
    this.plan = plan;
  }

  /** Every snapshot that there is, or of which a remote holds something. */
  public Set<UUID> known() {
    var known = new TreeSet<UUID>();
    plan.sources().stream()
        .flatMap(source -> source.snapshots().stream())
        .filter(snapshot -> !snapshot.isPredicted())
        .forEach(snapshot -> known.add(snapshot.uuid()));
    for (var remote : plan.observation().remotes()) {
      if (remote instanceof ObservedRemote.Listed listed) {
        var catalog = listed.catalog();
        catalog.backups().forEach(backup -> known.add(backup.uuid()));
        catalog.damaged().forEach(damaged -> known.add(damaged.backup().uuid()));
        catalog.unfinished().forEach(unfinished -> known.add(unfinished.identity().uuid()));
      }
    }
    return known;
  }

  /** Explains one of those that are {@link #known}. */
  public Explanation explain(UUID uuid) {
    var source = sourceWith(uuid);
    var snapshot = source == null ? null : snapshot(source, uuid);
    List<BackupFate> backups = new ArrayList<>();
    for (var remote : plan.observation().remotes()) {
      backup(uuid, remote, snapshot).ifPresent(backups::add);
    }
    return new Explanation(
        uuid,
        plan.observation().now(),
        plan.observation().zone(),
        source == null || snapshot == null ? null : fate(source, snapshot),
        backups);
  }

  private @Nullable SourcePlan sourceWith(UUID snapshot) {
    return plan.sources().stream()
        .filter(source -> snapshot(source, snapshot) != null)
        .findFirst()
        .orElse(null);
  }

  static @Nullable LocalSnapshot snapshot(SourcePlan source, UUID uuid) {
    return source.snapshots().stream()
        .filter(snapshot -> !snapshot.isPredicted() && snapshot.uuid().equals(uuid))
        .findFirst()
        .orElse(null);
  }

  private SnapshotFate fate(SourcePlan source, LocalSnapshot snapshot) {
    List<SnapshotFate.Keeping> keptFor = new ArrayList<>();
    for (var remote : source.remotes()) {
      var reasons = remote.reasonsToKeep(snapshot.uuid());
      if (!reasons.isEmpty()) {
        var kept = remote.tree().keptSnapshots().get(snapshot.uuid());
        keptFor.add(
            new SnapshotFate.Keeping(
                remote.remote().id(), reasons, kept == null ? Set.of() : kept.spans()));
      }
    }
    Until until = null;
    if (snapshot.standing() instanceof Standing.Ours) {
      until =
          keptFor.isEmpty() ? new Until.Expired() : new Forecast(plan, source).snapshot(snapshot);
    }
    return new SnapshotFate(
        source.source(),
        snapshot,
        keptFor,
        until,
        withheld(
            plan,
            deletion ->
                deletion instanceof Action.DeleteSnapshot delete
                    && delete.snapshot().equals(snapshot.uuid())));
  }

  /** The guard that forbids a deletion. */
  static @Nullable String withheld(Plan plan, Predicate<Action.Deletion> which) {
    return plan.withheld().entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private Optional<BackupFate> backup(
      UUID uuid, ObservedRemote remote, @Nullable LocalSnapshot snapshot) {
    return switch (remote) {
      case ObservedRemote.Away away -> Optional.of(unknown(away.id()));
      case ObservedRemote.Listed listed -> new BackupExplainer(plan, uuid, listed, snapshot).fate();
    };
  }

  private static BackupFate unknown(RemoteId remote) {
    return new BackupFate(
        remote,
        Situation.REMOTE_AWAY,
        null,
        null,
        List.of(),
        null,
        null,
        new StoredChain.Broken("the remote is away"),
        List.of(),
        null,
        null,
        null);
  }
}
