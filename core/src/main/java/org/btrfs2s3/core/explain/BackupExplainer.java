package org.btrfs2s3.core.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.explain.BackupFate.Situation;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.plan.Standing;
import org.jspecify.annotations.Nullable;

/** One snapshot on one remote that was listed. */
final class BackupExplainer {

  private final Plan plan;
  private final UUID uuid;
  private final ObservedRemote.Listed remote;
  private final @Nullable LocalSnapshot snapshot;
  private final List<StoredBackup> whole;
  private final @Nullable DamagedBackup damaged;
  private final @Nullable UnfinishedBackup unfinished;
  private final @Nullable SourcePlan source;
  private final @Nullable RemotePlan remotePlan;

  BackupExplainer(
      Plan plan, UUID uuid, ObservedRemote.Listed remote, @Nullable LocalSnapshot snapshot) {
    this.plan = plan;
    this.uuid = uuid;
    this.remote = remote;
    this.snapshot = snapshot;
    var catalog = remote.catalog();
    this.whole = catalog.backups().stream().filter(b -> b.uuid().equals(uuid)).toList();
    this.damaged =
        catalog.damaged().stream()
            .filter(d -> d.backup().uuid().equals(uuid))
            .findFirst()
            .orElse(null);
    this.unfinished =
        catalog.unfinished().stream()
            .filter(u -> u.identity().uuid().equals(uuid))
            .findFirst()
            .orElse(null);
    this.source = source();
    this.remotePlan = source == null ? null : planOf(source);
  }

  /** The source of this machine that it is of, by what is stored, or by the snapshot. */
  private @Nullable SourcePlan source() {
    var stored =
        Stream.of(
                whole.stream().map(StoredBackup::source),
                Stream.ofNullable(damaged).map(one -> one.backup().source()),
                Stream.ofNullable(unfinished).map(UnfinishedBackup::source))
            .flatMap(ids -> ids)
            .findFirst();
    return plan.sources().stream()
        .filter(
            candidate ->
                stored.isPresent()
                    ? candidate.source().uuid().equals(stored.get())
                    : snapshot != null && Explainer.snapshot(candidate, uuid) != null)
        .findFirst()
        .orElse(null);
  }

  private @Nullable RemotePlan planOf(SourcePlan ofSource) {
    return ofSource.remotes().stream()
        .filter(candidate -> candidate.remote().id().equals(remote.id()))
        .findFirst()
        .orElse(null);
  }

  /** Empty if the snapshot and this remote have nothing to do with each other. */
  Optional<BackupFate> fate() {
    var planned = remotePlan;
    if (!isStored() && unfinished == null && planned == null) {
      return Optional.empty();
    }
    var kept = planned == null ? null : planned.tree().keptBackups().get(uuid);
    var dependents = dependents();
    var winner = BackupSet.of(ofSameSource()).byUuid().get(uuid);
    var situation = situation(kept != null);
    return Optional.of(
        new BackupFate(
            remote.id(),
            situation,
            planned == null ? null : planned.target().policy(),
            winner,
            whole.stream().filter(other -> !other.equals(winner)).toList(),
            damaged,
            unfinished,
            StoredChain.of(uuid, remote.catalog()),
            dependents,
            kept,
            until(situation, dependents),
            Explainer.withheld(
                plan,
                deletion ->
                    deletion instanceof Action.DeleteBackup delete
                        && delete.remote().equals(remote.id())
                        && delete.backup().equals(uuid))));
  }

  private boolean isStored() {
    return !whole.isEmpty() || damaged != null;
  }

  private List<StoredBackup> ofSameSource() {
    return whole.isEmpty()
        ? List.of()
        : remote.catalog().backups().stream()
            .filter(other -> other.source().equals(whole.getFirst().source()))
            .toList();
  }

  private Situation situation(boolean kept) {
    if (isStored()) {
      return remotePlan == null ? Situation.NOT_OURS : kept ? Situation.KEPT : Situation.EXPIRED;
    }
    if (kept) {
      return Situation.TO_BE_UPLOADED;
    }
    if (snapshot != null && snapshot.standing() instanceof Standing.Users) {
      return Situation.USERS_SNAPSHOT;
    }
    if (snapshot != null && snapshot.standing() instanceof Standing.Unusable) {
      return Situation.SNAPSHOT_UNUSABLE;
    }
    return Situation.NOT_WANTED;
  }

  private @Nullable Until until(Situation situation, List<Dependent> dependents) {
    return switch (situation) {
      case KEPT, TO_BE_UPLOADED -> forecast(dependents);
      case EXPIRED -> new Until.Expired();
      case NOT_OURS, NOT_WANTED, USERS_SNAPSHOT, SNAPSHOT_UNUSABLE, REMOTE_AWAY -> null;
    };
  }

  private Until forecast(List<Dependent> dependents) {
    var planned = Objects.requireNonNull(remotePlan);
    var kept = Objects.requireNonNull(planned.tree().keptBackups().get(uuid));
    var ctimes =
        Stream.concat(Stream.of(kept.item().ctime()), dependents.stream().map(Dependent::ctime))
            .toList();
    return new Forecast(plan, Objects.requireNonNull(source)).backup(planned, uuid, ctimes);
  }

  /** Everything below it in the tree, oldest first. */
  private List<Dependent> dependents() {
    Map<UUID, List<Dependent>> children = new HashMap<>();
    stored(remote.catalog()).forEach(identity -> add(children, identity, true));
    if (remotePlan != null && source != null) {
      for (var upload : remotePlan.tree().uploads()) {
        var item = upload.item();
        add(
            children,
            new BackupIdentity(
                item.uuid(),
                source.source().uuid(),
                item.sendParent(),
                item.ctransid(),
                item.ctime()),
            false);
      }
    }
    Map<UUID, Dependent> found = new HashMap<>();
    var open = new ArrayList<>(children.getOrDefault(uuid, List.of()));
    while (!open.isEmpty()) {
      var dependent = open.removeLast();
      if (!dependent.uuid().equals(uuid)
          && found.putIfAbsent(dependent.uuid(), dependent) == null) {
        open.addAll(children.getOrDefault(dependent.uuid(), List.of()));
      }
    }
    return found.values().stream()
        .sorted(Comparator.comparing(Dependent::ctime).thenComparing(Dependent::uuid))
        .toList();
  }

  private void add(Map<UUID, List<Dependent>> children, BackupIdentity identity, boolean isStored) {
    var parent = identity.sendParent();
    if (parent != null) {
      children
          .computeIfAbsent(parent, _ -> new ArrayList<>())
          .add(new Dependent(identity.uuid(), identity.ctime(), parent.equals(uuid), isStored));
    }
  }

  private static Stream<BackupIdentity> stored(Catalog catalog) {
    return Stream.concat(
        catalog.backups().stream().map(StoredBackup::identity),
        catalog.damaged().stream().map(one -> one.backup().identity()));
  }
}
