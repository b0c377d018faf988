package org.btrfs2s3.core.reseed;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;

/** Which backups are wanted; their chains always come with them. */
public sealed interface ReseedScope {
  /** Every backup. */
  record All() implements ReseedScope {}

  /** The newest backup of each source. */
  record Latest() implements ReseedScope {}

  /** One backup. */
  record ChainOf(UUID backup) implements ReseedScope {}

  /** Those whose snapshot was made at a time or later. */
  record Since(Instant time) implements ReseedScope {}

  /**
   * What is wanted of the candidates, of which there is one for each UUID of a source: parents
   * before children, roots first. An ancestor that is no candidate is left out.
   */
  default List<BackupIdentity> select(Collection<BackupIdentity> candidates) {
    Map<Id, BackupIdentity> byId = new HashMap<>();
    candidates.forEach(candidate -> byId.put(Id.of(candidate), candidate));
    Map<Id, BackupIdentity> selected = new LinkedHashMap<>();
    wanted(candidates)
        .sorted(OLDEST_FIRST)
        .flatMap(leaf -> chain(leaf, byId).stream())
        .forEach(member -> selected.putIfAbsent(Id.of(member), member));
    return List.copyOf(selected.values());
  }

  /**
   * Whether a backup that cannot be restored is missed by whoever wants this.
   *
   * @param restorable those that can
   */
  default boolean misses(BackupIdentity broken, Collection<BackupIdentity> restorable) {
    return switch (this) {
      case All() -> true;
      case Latest() ->
          restorable.stream()
              .filter(one -> one.source().equals(broken.source()))
              .noneMatch(one -> OLDEST_FIRST.compare(one, broken) > 0);
      case ChainOf(var backup) -> broken.uuid().equals(backup);
      case Since(var time) -> !broken.ctime().isBefore(time);
    };
  }

  /** By ctime, then ctransid; the UUID decides between equals. */
  Comparator<BackupIdentity> OLDEST_FIRST =
      Comparator.comparing(BackupIdentity::ctime)
          .thenComparing(BackupIdentity::ctransid)
          .thenComparing(BackupIdentity::uuid);

  /** A backup of one source: UUIDs of others are none of its business. */
  record Id(UUID source, UUID backup) {
    static Id of(BackupIdentity backup) {
      return new Id(backup.source(), backup.uuid());
    }
  }

  private Stream<BackupIdentity> wanted(Collection<BackupIdentity> candidates) {
    return switch (this) {
      case All() -> candidates.stream();
      case Latest() -> newestOfEachSource(candidates);
      case ChainOf(var backup) -> candidates.stream().filter(c -> c.uuid().equals(backup));
      case Since(var time) -> candidates.stream().filter(c -> !c.ctime().isBefore(time));
    };
  }

  private static Stream<BackupIdentity> newestOfEachSource(Collection<BackupIdentity> candidates) {
    Map<UUID, BackupIdentity> newest = new HashMap<>();
    candidates.stream().sorted(OLDEST_FIRST).forEach(c -> newest.put(c.source(), c));
    return newest.values().stream();
  }

  private static List<BackupIdentity> chain(BackupIdentity leaf, Map<Id, BackupIdentity> byId) {
    List<BackupIdentity> chain = new ArrayList<>();
    // A cycle, which no whole chain has, ends where it closes.
    for (var next = leaf; next != null && !chain.contains(next); ) {
      chain.add(next);
      var parent = next.sendParent();
      next = parent == null ? null : byId.get(new Id(next.source(), parent));
    }
    return chain.reversed();
  }
}
