package org.btrfs2s3.core.plan;

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

/**
 * The backups of one source on one remote, one per UUID. Of several objects with one UUID the one
 * with a complete chain wins, then the larger ctransid, then the smaller key (invariant 11); the
 * others are duplicates, which are reported and left alone.
 *
 * @param replaced broken objects of backups that were uploaded anew: a run that was killed before
 *     it could delete them left them behind
 */
public record BackupSet(
    Map<UUID, StoredBackup> byUuid, List<StoredBackup> duplicates, List<StoredBackup> replaced) {

  public BackupSet {
    byUuid = Map.copyOf(byUuid);
    duplicates = List.copyOf(duplicates);
    replaced = List.copyOf(replaced);
  }

  public static BackupSet of(Collection<StoredBackup> all) {
    Map<UUID, List<StoredBackup>> candidates = new LinkedHashMap<>();
    for (var backup : all) {
      candidates.merge(backup.identity().uuid(), List.of(backup), BackupSet::concat);
    }
    Comparator<StoredBackup> bestFirst =
        Comparator.comparing((StoredBackup b) -> !hasCompleteChain(b, candidates))
            .thenComparing(b -> b.identity().ctransid(), Comparator.reverseOrder())
            .thenComparing(StoredBackup::key);
    Map<UUID, StoredBackup> winners = new HashMap<>();
    candidates.forEach(
        (uuid, backups) -> winners.put(uuid, backups.stream().min(bestFirst).orElseThrow()));
    var losers = all.stream().filter(b -> !winner(b, winners).key().equals(b.key())).toList();
    var replaced =
        losers.stream()
            .filter(b -> !hasCompleteChain(b, candidates))
            .filter(b -> hasCompleteChain(winner(b, winners), candidates))
            .toList();
    return new BackupSet(
        winners, losers.stream().filter(b -> !replaced.contains(b)).toList(), replaced);
  }

  private static StoredBackup winner(StoredBackup loser, Map<UUID, StoredBackup> winners) {
    return Objects.requireNonNull(winners.get(loser.identity().uuid()));
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
