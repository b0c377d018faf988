package org.btrfs2s3.policy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is kept, step by step: first what is wanted for its own sake, then its ancestors.
 */
final class TreeBuilder {

  private final List<Snapshot> snapshots;
  private final List<Backup> backups;
  private final Map<UUID, Snapshot> snapshotOf;
  private final Map<UUID, Backup> backupOf;
  private final Set<TimeSpan> preserved;
  private final Nominal<Snapshot> nominalSnapshots;
  private final Nominal<Backup> nominalBackups;
  private SendParents sendParents;

  private final Keeps<Snapshot> keptSnapshots = new Keeps<>();
  private final Keeps<Backup> keptBackups = new Keeps<>();
  private final List<Backup> duplicates = new ArrayList<>();
  private final List<ChainProblem> problems = new ArrayList<>();
  private final List<Backup> unreplaced = new ArrayList<>();
  private final List<Backup> replacedBroken = new ArrayList<>();
  private final List<Backup> replacedDamaged = new ArrayList<>();

  TreeBuilder(
      List<Snapshot> snapshots,
      List<Backup> backups,
      PreservationPolicy policy,
      Instant now,
      ZoneId zone) {
    this.snapshots = snapshots;
    this.backups = backups;
    this.snapshotOf = PointInTime.byUuid(snapshots);
    this.backupOf = PointInTime.byUuid(backups);
    this.preserved = policy.preservedSpans(now, zone);
    this.nominalSnapshots = new Nominal<>(snapshotOf.values(), policy, zone);
    this.nominalBackups = new Nominal<>(backupOf.values(), policy, zone);
    this.sendParents = SendParents.nominal(nominalSnapshots);
  }

  /** Others of the same UUIDs, with a complete chain: they stay or go with the ones that count. */
  TreeBuilder withDuplicates(List<Backup> others) {
    duplicates.addAll(others);
    return this;
  }

  /**
   * What is made anew gets the send parent that it had, unless nothing could be sent against that,
   * or nobody could restore it.
   */
  TreeBuilder withSendParentsOf(List<Backup> unusable) {
    sendParents =
        SendParents.asBefore(
            sendParents,
            PointInTime.byUuid(unusable),
            parent ->
                snapshotOf.containsKey(parent)
                    && (backupOf.containsKey(parent)
                        || unusable.stream().anyMatch(backup -> backup.uuid().equals(parent))));
    return this;
  }

  /** Of what cannot be restored, all that there is a snapshot of. */
  TreeBuilder keepRepaired(List<Backup> unusable) {
    for (Backup backup : unusable) {
      Snapshot snapshot = snapshotOf.get(backup.uuid());
      if (snapshot != null && !backupOf.containsKey(backup.uuid())) {
        keepBackupOf(snapshot).because(Reason.REPAIRED);
      }
    }
    return this;
  }

  /** Wanted or not, what is there stays, and so what it lacks is made anew. */
  TreeBuilder keepIncomplete(List<Backup> incomplete) {
    incomplete.forEach(backup -> keep(backup).because(Reason.REPAIRED));
    return this;
  }

  /** Sends in full what would otherwise become its own ancestor. */
  TreeBuilder withoutCycles() {
    sendParents = SendParents.acyclic(sendParents, snapshotOf, backupOf);
    return this;
  }

  /**
   * Before everything else, so that it keeps its send parent. What has an unbroken backup otherwise
   * is not finished.
   */
  TreeBuilder keepUploading(@Nullable Backup uploading) {
    if (uploading != null && !backupOf.containsKey(uploading.uuid())) {
      keep(uploading).because(Reason.UPLOADING).flag(Flag.NEW);
      Stream.of(uploading.uuid(), uploading.sendParent())
          .map(uuid -> uuid == null ? null : snapshotOf.get(uuid))
          .filter(Objects::nonNull)
          .forEach(snapshot -> keep(snapshot).because(Reason.UPLOADING));
    }
    return this;
  }

  /** For each preserved span its nominal snapshot, and a backup as good as that. */
  TreeBuilder keepPreserved() {
    for (TimeSpan span : preserved) {
      Snapshot snapshot = nominalSnapshots.of(span);
      Backup backup = nominalBackups.of(span);
      if (snapshot != null) {
        keep(snapshot).preserved(span);
      }
      if (backup != null && snapshot != null) {
        keepBetter(snapshot, backup, span);
      } else if (backup != null) {
        keep(backup).preserved(span).flag(Flag.NO_SNAPSHOT);
      } else if (snapshot != null) {
        keepBackupOf(snapshot).preserved(span).flag(Flag.NEW);
      }
    }
    return this;
  }

  private void keepBetter(Snapshot snapshot, Backup backup, TimeSpan span) {
    int age = backup.ctransid().compareTo(snapshot.ctransid());
    if (age > 0) {
      keepBackupOf(snapshot).preserved(span).flag(Flag.REPLACING_NEWER);
    } else if (age < 0) {
      keep(backup).preserved(span).flag(Flag.SNAPSHOT_IS_NEWER);
    } else {
      keep(backup).preserved(span);
    }
  }

  TreeBuilder keepMostRecent() {
    Snapshot snapshot = PointInTime.newest(snapshots);
    if (snapshot != null) {
      keep(snapshot).because(Reason.MOST_RECENT);
      keepBackupOf(snapshot).because(Reason.MOST_RECENT);
    }
    return this;
  }

  /** Every backup newer than all snapshots; the newest one if there is no snapshot at all. */
  TreeBuilder keepNewest() {
    Snapshot snapshot = PointInTime.newest(snapshots);
    Backup newest = PointInTime.newest(backupOf.values());
    for (Backup backup : backupOf.values()) {
      if (snapshot == null
          ? backup.equals(newest)
          : backup.ctransid().isAfter(snapshot.ctransid())) {
        keep(backup).because(Reason.NEWEST);
      }
    }
    return this;
  }

  /** To be called when everything else that needs ancestors is kept. */
  TreeBuilder keepAncestors() {
    var ancestry = new Ancestry(keptBackups, duplicates);
    ancestry.keepOf(keptBackups.items().flatMap(ancestry::objectsOf).toList(), this::keepAncestor);
    return this;
  }

  private @Nullable Keep<Backup> keepAncestor(Backup child, UUID uuid) {
    Keep<Backup> kept = keptBackups.get(uuid);
    Backup backup = backupOf.get(uuid);
    Snapshot snapshot = snapshotOf.get(uuid);
    if (kept != null) {
      return kept;
    }
    if (backup != null) {
      return keep(backup);
    }
    if (snapshot == null) {
      problems.add(new ChainProblem.MissingAncestor(child, uuid));
    }
    return snapshot == null ? null : keepBackupOf(snapshot);
  }

  /** Broken backups, which are not among those of the constructor, stay unless replaced. */
  TreeBuilder keepBroken(List<ChainProblem> broken) {
    keepUnlessReplaced(broken, replacedBroken);
    return this;
  }

  /** Like broken ones. */
  TreeBuilder keepDamaged(List<Backup> damaged) {
    keepUnlessReplaced(damaged.stream().map(ChainProblem.Damaged::new).toList(), replacedDamaged);
    return this;
  }

  private void keepUnlessReplaced(List<? extends ChainProblem> unusable, List<Backup> replaced) {
    for (ChainProblem problem : unusable) {
      problems.add(problem);
      UUID uuid = problem.backup().uuid();
      Keep<Backup> kept = keptBackups.get(uuid);
      boolean isReplaced =
          backupOf.containsKey(uuid) || (kept != null && !kept.reasons.contains(Reason.BROKEN));
      if (isReplaced) {
        replaced.add(problem.backup());
      } else {
        keep(problem.backup()).because(Reason.BROKEN);
        if (!(problem instanceof ChainProblem.Cycle)) {
          unreplaced.add(problem.backup()); // What needs itself cannot be repaired.
        }
      }
    }
  }

  /**
   * Keeps what exists of the chains of broken backups, so that they can still be repaired; nothing
   * is uploaded for that. To be called when they are kept.
   *
   * @param lost no backups any more, but what a repair may make backups of again
   */
  TreeBuilder keepAncestorsOfBroken(List<Backup> lost) {
    List<Backup> children = new ArrayList<>(unreplaced);
    children.addAll(lost);
    new Ancestry(keptBackups, duplicates)
        .keepOf(
            children,
            (_, parent) -> {
              Backup ancestor = backupOf.get(parent);
              return ancestor == null ? null : keep(ancestor);
            });
    return this;
  }

  PreservationTree build() {
    Map<UUID, Kept<Backup>> backupsToKeep = keptBackups.inOrder();
    return new PreservationTree(
        keptSnapshots.inOrder(),
        backupsToKeep,
        uploads(backupsToKeep),
        keptSnapshots.othersOf(snapshots),
        Chains.parentsFirst(droppedBackups()).reversed(),
        replacedBroken,
        replacedDamaged,
        problems);
  }

  /** What exists is ordered too: an upload may need another one through it. */
  private List<Kept<Backup>> uploads(Map<UUID, Kept<Backup>> kept) {
    List<Backup> all = kept.values().stream().map(Kept::item).toList();
    return Chains.parentsFirst(all).stream()
        .map(backup -> kept.get(backup.uuid()))
        .filter(Objects::nonNull)
        .filter(this::isMissing)
        .toList();
  }

  private List<Backup> droppedBackups() {
    List<Backup> all = new ArrayList<>(backups);
    all.addAll(duplicates);
    return keptBackups.othersOf(all);
  }

  private boolean isMissing(Kept<Backup> kept) {
    return !backupOf.containsKey(kept.item().uuid()) && !kept.reasons().contains(Reason.BROKEN);
  }

  private Keep<Snapshot> keep(Snapshot snapshot) {
    return keptSnapshots.keep(snapshot);
  }

  private Keep<Backup> keep(Backup backup) {
    return keptBackups.keep(backup);
  }

  /** The backup that exists, or the one that is to be made. */
  private Keep<Backup> keepBackupOf(Snapshot snapshot) {
    Backup backup = backupOf.get(snapshot.uuid());
    return backup != null ? keep(backup) : keep(newBackup(snapshot)).flag(Flag.NEW);
  }

  private Backup newBackup(Snapshot snapshot) {
    return new Backup(
        snapshot.uuid(),
        sendParents.of(snapshot),
        snapshot.ctransid(),
        snapshot.ctime().truncatedTo(ChronoUnit.SECONDS));
  }
}
