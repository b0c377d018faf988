package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/** Decides by two listings what is to be copied. Pure. */
final class ReseedPlanner {
  private final RemoteId fromId;
  private final Catalog from;
  private final Map<UUID, BackupSet> fromBySource;
  private final Map<UUID, BackupSet> toBySource;

  private ReseedPlanner(RemoteId fromId, Catalog from, Catalog to) {
    this.fromId = fromId;
    this.from = from;
    this.fromBySource = bySource(from);
    this.toBySource = bySource(to);
  }

  /**
   * What is to be copied.
   *
   * @param fromId for messages
   * @param way how what is not there gets there
   */
  static ReseedPlan plan(RemoteId fromId, Catalog from, Catalog to, ReseedScope scope, Way way) {
    return new ReseedPlanner(fromId, from, to).plan(scope, way);
  }

  /** The backups of each source, with one winner for each UUID. */
  static Map<UUID, BackupSet> bySource(Catalog catalog) {
    return catalog.backups().stream()
        .collect(
            Collectors.groupingBy(
                StoredBackup::source,
                Collectors.collectingAndThen(Collectors.toList(), BackupSet::of)));
  }

  private ReseedPlan plan(ReseedScope scope, Way way) {
    List<Failure> problems = new ArrayList<>();
    Map<BackupIdentity, StoredBackup> restorable = new LinkedHashMap<>();
    for (var set : fromBySource.values()) {
      for (var backup : set.byUuid().values()) {
        if (chain(set, backup.uuid()) instanceof Chain.Broken broken) {
          problems.add(broken(backup, broken));
        } else {
          restorable.put(backup.identity(), backup);
        }
      }
    }
    for (var damaged : from.damaged()) {
      if (!has(fromBySource, damaged.backup())) {
        problems.add(
            problem(
                "%s is not copied: %d of its segments are missing"
                    .formatted(damaged.backup().key(), damaged.missing())));
      }
    }
    var items =
        scope.select(restorable.keySet()).stream()
            .map(restorable::get)
            .filter(Objects::nonNull)
            .map(backup -> item(backup, way))
            .toList();
    if (scope instanceof ReseedScope.ChainOf(var uuid) && items.isEmpty()) {
      problems.add(
          new Failure(
              Failure.Kind.LOCAL,
              "remote %s has no backup %s that can be restored; list shows what it has"
                  .formatted(fromId, uuid)));
    }
    return new ReseedPlan(items, problems);
  }

  private static Chain chain(BackupSet set, UUID leaf) {
    return Chain.of(
        leaf,
        set.byUuid().values().stream()
            .collect(Collectors.toMap(StoredBackup::uuid, StoredBackup::identity)));
  }

  private static boolean has(Map<UUID, BackupSet> sets, StoredBackup backup) {
    var set = sets.get(backup.source());
    return set != null && set.byUuid().containsKey(backup.uuid());
  }

  private Failure broken(StoredBackup backup, Chain.Broken broken) {
    return problem(
        "%s is not copied: its chain breaks at %s".formatted(backup.key(), broken.uuid()));
  }

  private Failure problem(String message) {
    return new Failure(Failure.Kind.BROKEN_BACKUP, "remote " + fromId + ": " + message);
  }

  private ReseedItem item(StoredBackup backup, Way way) {
    var there = there(backup.identity());
    return there == null
        ? new ReseedItem(backup, way, null)
        : new ReseedItem(backup, Way.ALREADY_THERE, there);
  }

  /**
   * The same backup, or another one of the snapshot that can be restored (invariant 11). The chain
   * of the former, if it is broken, is completed by what is copied before it.
   */
  private @Nullable StoredBackup there(BackupIdentity identity) {
    var set = toBySource.get(identity.source());
    if (set == null) {
      return null;
    }
    var same =
        set.objects().stream().filter(b -> b.identity().equals(identity)).findFirst().orElse(null);
    var winner = set.byUuid().get(identity.uuid());
    if (winner != null && chain(set, winner.uuid()) instanceof Chain.Complete) {
      return winner;
    }
    return same;
  }
}
