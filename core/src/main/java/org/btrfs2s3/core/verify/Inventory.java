package org.btrfs2s3.core.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.Duplicate;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.jspecify.annotations.Nullable;

/** What is to be verified of a remote, and what depends on what in it. Pure. */
final class Inventory {

  private final Catalog catalog;
  private final @Nullable UUID source;
  private final List<StoredBackup> backups;
  private final List<Duplicate> duplicates;
  private final Map<UUID, StoredBackup> byUuid = new HashMap<>();
  private final BackupSet set;

  /** What was sent against a snapshot, whole or damaged, oldest first. */
  private final Map<UUID, Set<UUID>> children = new LinkedHashMap<>();

  /**
   * @param source only this source; null for every one
   */
  Inventory(Catalog catalog, @Nullable UUID source) {
    this.catalog = catalog;
    this.source = source;
    set = BackupSet.of(catalog.backups());
    byUuid.putAll(set.byUuid());
    backups =
        byUuid.values().stream()
            .filter(backup -> isWanted(backup.source()))
            .sorted(StoredBackup.OLDEST_FIRST)
            .toList();
    duplicates = set.duplicates().stream().filter(one -> isWanted(one.object().source())).toList();
    List<StoredBackup> all = new ArrayList<>(byUuid.values());
    catalog.damaged().stream()
        .map(DamagedBackup::backup)
        .filter(backup -> !byUuid.containsKey(backup.uuid()))
        .forEach(all::add);
    all.sort(StoredBackup.OLDEST_FIRST);
    for (var backup : all) {
      var parent = backup.identity().sendParent();
      if (parent != null) {
        children.computeIfAbsent(parent, _ -> new LinkedHashSet<>()).add(backup.uuid());
      }
    }
  }

  private boolean isWanted(UUID candidate) {
    return source == null || source.equals(candidate);
  }

  /** Those that count, oldest first. */
  List<StoredBackup> backups() {
    return backups;
  }

  List<Duplicate> duplicates() {
    return duplicates;
  }

  List<DamagedBackup> damaged() {
    return catalog.damaged().stream().filter(one -> isWanted(one.backup().source())).toList();
  }

  List<UnfinishedBackup> unfinished() {
    return catalog.unfinished().stream().filter(one -> isWanted(one.source())).toList();
  }

  /** Backups of which only something else tells that they were here. */
  List<BackupIdentity> hidden() {
    return catalog.traces().stream().filter(one -> isWanted(one.source())).toList();
  }

  /** Those of which nothing else is there, and that only a later version can read. */
  List<BackupIdentity> unsupported() {
    return catalog.unsupported().stream()
        .filter(one -> isWanted(one.source()) && !byUuid.containsKey(one.uuid()))
        .toList();
  }

  /** The sources of these: whether such a source has a whole backup is not known. */
  Set<UUID> unsupportedSources() {
    return unsupported().stream().map(BackupIdentity::source).collect(Collectors.toSet());
  }

  int foreignObjects() {
    return catalog.foreignObjects();
  }

  boolean isWhole(UUID uuid) {
    return set.isRestorable(uuid);
  }

  Chain chain(UUID uuid) {
    return set.chain(uuid);
  }

  /** The full backup first; only of a chain that is complete. */
  List<StoredBackup> members(Chain.Complete chain) {
    return chain.backups().stream()
        .map(identity -> Objects.requireNonNull(byUuid.get(identity.uuid())))
        .toList();
  }

  boolean isSendParent(UUID uuid) {
    return children.containsKey(uuid);
  }

  /** Every backup that needs this one, but for itself; parents before their children. */
  List<UUID> descendants(UUID uuid) {
    Set<UUID> found = new LinkedHashSet<>();
    List<UUID> frontier = List.of(uuid);
    while (!frontier.isEmpty()) {
      List<UUID> next = new ArrayList<>();
      for (var parent : frontier) {
        for (var child : children.getOrDefault(parent, Set.of())) {
          if (!child.equals(uuid) && found.add(child)) {
            next.add(child);
          }
        }
      }
      frontier = next;
    }
    return List.copyOf(found);
  }

  /**
   * What stays lost when everything of which there is a snapshot is uploaded again: that makes
   * whole, too, what was sent against it.
   *
   * @param isBackup whether the first one is itself one of those that can be lost
   */
  List<UUID> lostWith(UUID uuid, boolean isBackup, Predicate<UUID> canBeSent) {
    if (canBeSent.test(uuid)) {
      return List.of();
    }
    Set<UUID> lost = new LinkedHashSet<>(List.of(uuid));
    List<UUID> open = new ArrayList<>(List.of(uuid));
    while (!open.isEmpty()) {
      children.getOrDefault(open.removeFirst(), Set.of()).stream()
          .filter(canBeSent.negate())
          .filter(lost::add)
          .forEach(open::add);
    }
    if (!isBackup) {
      lost.remove(uuid);
    }
    return List.copyOf(lost);
  }

  /** Every source that has, or had, a backup. */
  SortedSet<UUID> sources() {
    SortedSet<UUID> sources = new TreeSet<>();
    backups.forEach(backup -> sources.add(backup.source()));
    damaged().forEach(one -> sources.add(one.backup().source()));
    return sources;
  }

  /** Whether any backup of a source can be restored without these. */
  boolean isRestorable(UUID wanted, Collection<UUID> without) {
    Set<UUID> unusable = new HashSet<>(without);
    return backups.stream()
        .filter(backup -> backup.source().equals(wanted))
        .map(backup -> chain(backup.uuid()))
        .anyMatch(
            chain ->
                chain instanceof Chain.Complete complete
                    && complete.backups().stream()
                        .noneMatch(member -> unusable.contains(member.uuid())));
  }
}
