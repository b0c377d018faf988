package org.btrfs2s3.core.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * The backups of one source on one remote. Of several objects with one UUID the one with a complete
 * chain wins, then one whose key is as this program writes it (what somebody copied has another
 * name, and may be a part only), then one in a single object, then the larger ctransid, then the
 * shorter key, then the smaller (invariant 11).
 *
 * @param byUuid the winners
 * @param objects all of them, the winners first
 */
public record BackupSet(Map<UUID, StoredBackup> byUuid, List<StoredBackup> objects) {

  public BackupSet {
    byUuid = Map.copyOf(byUuid);
    objects = List.copyOf(objects);
  }

  public static BackupSet of(Collection<StoredBackup> all) {
    Map<UUID, List<StoredBackup>> candidates = new LinkedHashMap<>();
    for (var backup : all) {
      candidates.merge(backup.identity().uuid(), List.of(backup), BackupSet::concat);
    }
    var objects =
        all.stream()
            .map(b -> new Ranked(b, hasCompleteChain(b, candidates), b.hasCanonicalKey()))
            .sorted(Ranked.BEST_FIRST)
            .map(Ranked::backup)
            .toList();
    Map<UUID, StoredBackup> winners = new HashMap<>();
    objects.forEach(object -> winners.putIfAbsent(object.identity().uuid(), object));
    return new BackupSet(winners, objects);
  }

  /** An object with what is costly to find out, and would be asked for in each comparison. */
  private record Ranked(StoredBackup backup, boolean hasCompleteChain, boolean hasCanonicalKey) {

    static final Comparator<Ranked> BEST_FIRST =
        Comparator.comparing((Ranked one) -> !one.hasCompleteChain)
            .thenComparing(one -> !one.hasCanonicalKey)
            .thenComparing(one -> one.backup.parts() != null)
            .thenComparing(one -> one.backup.identity().ctransid(), Comparator.reverseOrder())
            .thenComparing(one -> one.backup.key(), ObjectKey.SHORTEST_FIRST);
  }

  /** The chain that the ones that count make. */
  public Chain chain(UUID uuid) {
    return Chain.of(uuid, this::identity);
  }

  private @Nullable BackupIdentity identity(UUID uuid) {
    var backup = byUuid.get(uuid);
    return backup == null ? null : backup.identity();
  }

  /** Every object that holds the same as one that counts, this one first. */
  public List<StoredBackup> equivalents(StoredBackup one) {
    var others =
        objects.stream()
            .filter(other -> !other.key().equals(one.key()))
            .filter(one::holdsTheSameAs);
    return Stream.concat(Stream.of(one), others).toList();
  }

  /** Whether the ones that count make a whole chain. */
  public boolean isRestorable(UUID uuid) {
    return chain(uuid) instanceof Chain.Complete;
  }

  /** Every object but the winner of each UUID; never one that has the winner's own key. */
  public List<Duplicate> duplicates() {
    return objects.stream()
        .filter(object -> !object.key().equals(winner(object).key()))
        .map(object -> new Duplicate(object, winner(object)))
        .toList();
  }

  private StoredBackup winner(StoredBackup object) {
    return Objects.requireNonNull(byUuid.get(object.uuid()));
  }

  private static List<StoredBackup> concat(List<StoredBackup> left, List<StoredBackup> right) {
    return Stream.concat(left.stream(), right.stream()).toList();
  }

  /** Whether some choice of objects leads from this one to a full backup. */
  private static boolean hasCompleteChain(
      StoredBackup backup, Map<UUID, List<StoredBackup>> candidates) {
    Set<UUID> visited = new HashSet<>();
    var frontier = List.of(backup);
    while (!frontier.isEmpty()) {
      if (frontier.stream().anyMatch(b -> b.identity().isFull())) {
        return true;
      }
      frontier =
          frontier.stream()
              .map(b -> b.identity().sendParent())
              .filter(parent -> parent != null && visited.add(parent))
              .flatMap(parent -> candidates.getOrDefault(parent, List.of()).stream())
              .toList();
    }
    return false;
  }
}
