package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Decides by two listings what is to be copied. Pure. */
final class ReseedPlanner {
  private final RemoteId fromId;
  private final ToLongFunction<ObjectKey> bytes;
  private final Catalog from;
  private final Map<UUID, Holdings> fromBySource;
  private final Map<UUID, Holdings> toBySource;

  private ReseedPlanner(
      RemoteId fromId, Catalog from, ToLongFunction<ObjectKey> bytes, Catalog to) {
    this.fromId = fromId;
    this.from = from;
    this.bytes = bytes;
    this.fromBySource = holdings(from);
    this.toBySource = holdings(to);
  }

  /**
   * What a remote holds of one source, with what is looked up again and again.
   *
   * @param byIdentity every object of a backup, the best first
   */
  private record Holdings(BackupSet set, Map<BackupIdentity, List<StoredBackup>> byIdentity) {

    static Holdings of(BackupSet set) {
      var byIdentity =
          set.objects().stream().collect(Collectors.groupingBy(StoredBackup::identity));
      return new Holdings(set, byIdentity);
    }

    List<StoredBackup> objects(BackupIdentity identity) {
      return byIdentity.getOrDefault(identity, List.of());
    }
  }

  private static Map<UUID, Holdings> holdings(Catalog catalog) {
    Map<UUID, Holdings> holdings = new LinkedHashMap<>();
    bySource(catalog).forEach((source, set) -> holdings.put(source, Holdings.of(set)));
    return holdings;
  }

  /**
   * What is to be copied.
   *
   * @param fromId for messages
   * @param bytes of each object on the remote that is copied from
   * @param way how what is not there gets there
   */
  static ReseedPlan plan(
      RemoteId fromId,
      Catalog from,
      ToLongFunction<ObjectKey> bytes,
      Catalog to,
      ReseedScope scope,
      Way way) {
    return new ReseedPlanner(fromId, from, bytes, to).plan(scope, way);
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
    Map<BackupIdentity, StoredBackup> restorable = new LinkedHashMap<>();
    Map<BackupIdentity, Failure> unrestorable = new LinkedHashMap<>();
    for (var holdings : fromBySource.values()) {
      for (var backup : holdings.set().byUuid().values()) {
        if (holdings.set().chain(backup.uuid()) instanceof Chain.Broken broken) {
          unrestorable.put(backup.identity(), broken(backup, broken));
        } else {
          restorable.put(backup.identity(), backup);
        }
      }
    }
    for (var damaged : from.damaged()) {
      if (!has(fromBySource, damaged.backup().identity())) {
        unrestorable.put(
            damaged.backup().identity(),
            problem(
                "%s is not copied: %d of its segments are missing"
                    .formatted(damaged.backup().key(), damaged.missing())));
      }
    }
    for (var later : from.unsupported()) {
      if (!has(fromBySource, later)) {
        unrestorable.put(
            later,
            problem(
                "backup %s is not copied: only a later version of this program can read it"
                    .formatted(later.uuid())));
      }
    }
    List<Failure> problems = new ArrayList<>();
    unrestorable.forEach(
        (backup, problem) -> {
          if (scope.misses(backup, restorable.keySet())) {
            problems.add(problem);
          }
        });
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
    } else if (restorable.isEmpty() && unrestorable.isEmpty()) {
      // Whoever takes it for success may delete what was to be copied.
      problems.add(
          new Failure(
              Failure.Kind.LOCAL,
              ("remote %s has no backup at all: check the bucket and prefix, or the directory, that"
                      + " the configuration has for it")
                  .formatted(fromId)));
    }
    return new ReseedPlan(items, problems);
  }

  private static boolean has(Map<UUID, Holdings> bySource, BackupIdentity backup) {
    var holdings = bySource.get(backup.source());
    return holdings != null && holdings.set().byUuid().containsKey(backup.uuid());
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
    if (there != null) {
      return new ReseedItem(
          backup, Way.ALREADY_THERE, there, List.of(), documents(Stream.of(backup)));
    }
    var others = others(backup);
    // A server copies a damaged object as well as a whole one; only reading tells them apart.
    var told = way == Way.SERVER_SIDE_COPY && !others.isEmpty() ? Way.STREAMED : way;
    return new ReseedItem(
        backup, told, null, others, documents(Stream.concat(Stream.of(backup), others.stream())));
  }

  private Map<ObjectKey, Long> documents(Stream<StoredBackup> backups) {
    return backups
        .flatMap(backup -> ReseedItem.documentsOf(backup).stream())
        .distinct()
        .collect(Collectors.toMap(key -> key, bytes::applyAsLong));
  }

  private List<StoredBackup> others(StoredBackup counting) {
    var holdings = fromBySource.get(counting.source());
    return holdings == null
        ? List.of()
        : holdings.objects(counting.identity()).stream()
            .filter(object -> !object.key().equals(counting.key()))
            .toList();
  }

  /**
   * The same backup, or another one of the snapshot that can be restored (invariant 11). The chain
   * of the former, if it is broken, is completed by what is copied before it.
   */
  private @Nullable StoredBackup there(BackupIdentity identity) {
    var holdings = toBySource.get(identity.source());
    if (holdings == null) {
      return null;
    }
    var winner = holdings.set().byUuid().get(identity.uuid());
    return winner != null && holdings.set().isRestorable(winner.uuid())
        ? winner
        : holdings.objects(identity).stream().findFirst().orElse(null);
  }
}
