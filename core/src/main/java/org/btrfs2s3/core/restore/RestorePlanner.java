package org.btrfs2s3.core.restore;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.backup.SnapshotName;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.Duplicate;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/** Decides what has to be fetched for what is wanted. Pure. */
public final class RestorePlanner {

  /** Knows what of a chain is there already. */
  @FunctionalInterface
  public interface Supplies {

    /**
     * Where a backup of a chain comes from.
     *
     * @param name that the restored subvolume has, or would have
     * @param wanted whether it is to appear under that name
     */
    Supply find(StoredBackup backup, String name, boolean wanted);

    /** Whether an earlier restore has made it already, under this name. */
    default boolean isThere(StoredBackup backup, String name) {
      return false;
    }
  }

  private final BackupSet set;
  private final Map<UUID, List<StoredBackup>> bySource;
  private final Map<UUID, StoredBackup> byUuid = new HashMap<>();
  private final Map<UUID, List<StoredBackup>> others;
  private final Map<UUID, DamagedBackup> damaged = new HashMap<>();

  /** All backups of a remote; of several of one UUID the best one counts. */
  public RestorePlanner(Catalog catalog) {
    set = BackupSet.of(catalog.backups());
    byUuid.putAll(set.byUuid());
    others =
        set.duplicates().stream()
            .map(Duplicate::object)
            .collect(Collectors.groupingBy(StoredBackup::uuid));
    // To be selected like any other, so that nobody gets an older one without being told.
    catalog.damaged().stream()
        .filter(one -> !byUuid.containsKey(one.backup().uuid()))
        .forEach(one -> damaged.put(one.backup().uuid(), one));
    bySource =
        Stream.concat(
                byUuid.values().stream(), damaged.values().stream().map(DamagedBackup::backup))
            .sorted(StoredBackup.OLDEST_FIRST)
            .collect(
                Collectors.groupingBy(StoredBackup::source, TreeMap::new, Collectors.toList()));
  }

  /**
   * Plans the chains of what is selected.
   *
   * @param source only this source; null for every one
   * @param keepChain whether the ancestors are wanted too
   * @param supplies where the members come from
   * @throws RestoreException if nothing fits, or nothing of it can be restored
   */
  public RestorePlan plan(
      Selection selection, @Nullable UUID source, boolean keepChain, Supplies supplies)
      throws RestoreException {
    var wanted = select(selection, source);
    Map<UUID, StoredBackup> chains = new LinkedHashMap<>();
    List<String> unrestorable = new ArrayList<>();
    for (var backup : wanted) {
      try {
        chain(backup).forEach(member -> chains.putIfAbsent(member.uuid(), member));
      } catch (RestoreException e) {
        unrestorable.add(String.valueOf(e.getMessage()));
      }
    }
    if (chains.isEmpty()) {
      throw new RestoreException(String.join("\n", unrestorable));
    }
    var names = names(chains.values());
    var wantedIds = wanted.stream().map(StoredBackup::uuid).collect(Collectors.toSet());
    List<RestoreMember> members = new ArrayList<>();
    List<RestoreMember> there = new ArrayList<>();
    for (var backup : chains.values()) {
      boolean isWanted = keepChain || wantedIds.contains(backup.uuid());
      var name = names.getOrDefault(backup.uuid(), "");
      var objects = others.getOrDefault(backup.uuid(), List.of());
      if (isWanted && supplies.isThere(backup, name)) {
        there.add(new RestoreMember(backup, name, true, new Supply.Restored(), objects));
        isWanted = false;
      }
      members.add(
          new RestoreMember(
              backup, name, isWanted, supplies.find(backup, name, isWanted), objects));
    }
    return new RestorePlan(
        withoutUnneeded(members),
        there,
        unrestorable,
        passedOver(selection, source, wanted),
        Map.of());
  }

  /** How many backups are selected, whether their chains are whole or not. */
  int count(Selection selection, @Nullable UUID source) throws RestoreException {
    return select(selection, source).size();
  }

  /**
   * The only backup that is selected, whole, though perhaps not its chain.
   *
   * @param source only of this source; null for every one
   * @return every object that holds it, the one that counts first
   * @throws RestoreException if nothing fits or several do, or it is damaged
   */
  List<StoredBackup> single(Selection selection, @Nullable UUID source) throws RestoreException {
    var selected = select(selection, source);
    if (selected.size() > 1) {
      throw new RestoreException(
          ("%d backups fit, of which only one can be written: choose it with --source or"
                  + " --snapshot; the remote has %s")
              .formatted(selected.size(), inventory()));
    }
    var backup = selected.getFirst();
    if (damaged.containsKey(backup.uuid())) {
      throw new RestoreException(
          "backup %s cannot be read: %s".formatted(backup.key(), why(backup, backup.uuid())));
    }
    return set.equivalents(backup);
  }

  /** What has a reused descendant on every way to something wanted need not be fetched. */
  private static List<RestoreMember> withoutUnneeded(List<RestoreMember> members) {
    Set<UUID> needed = new HashSet<>();
    for (var member : members.reversed()) {
      if (member.wanted() || needed.contains(member.backup().uuid())) {
        needed.add(member.backup().uuid());
        var parent = member.backup().identity().sendParent();
        if (!member.reused() && parent != null) {
          needed.add(parent);
        }
      }
    }
    return members.stream().filter(member -> needed.contains(member.backup().uuid())).toList();
  }

  private List<StoredBackup> select(Selection selection, @Nullable UUID source)
      throws RestoreException {
    List<StoredBackup> selected = new ArrayList<>();
    for (var backups : candidates(source).values()) {
      switch (selection) {
        case Selection.Latest _ -> selected.add(backups.getLast());
        case Selection.At at -> newest(backups, at.time()).ifPresent(selected::add);
        case Selection.Snapshot snapshot ->
            backups.stream().filter(b -> b.uuid().equals(snapshot.uuid())).forEach(selected::add);
        case Selection.All _ -> selected.addAll(backups);
      }
    }
    if (selected.isEmpty()) {
      throw new RestoreException(
          "no backup fits%s; the remote has %s".formatted(unmet(selection), inventory()));
    }
    return selected;
  }

  /** Of some sources an earlier time may have no backup, while it has one of others. */
  private List<String> passedOver(
      Selection selection, @Nullable UUID source, List<StoredBackup> selected)
      throws RestoreException {
    if (!(selection instanceof Selection.At)) {
      return List.of();
    }
    var sources = selected.stream().map(StoredBackup::source).collect(Collectors.toSet());
    return candidates(source).values().stream()
        .filter(backups -> !sources.contains(backups.getLast().source()))
        .map(RestorePlanner::extent)
        .toList();
  }

  /** Where the newest backup was made. */
  private ZoneOffset offset() {
    return bySource.values().stream()
        .map(List::getLast)
        .max(StoredBackup.OLDEST_FIRST)
        .map(newest -> newest.label().offset())
        .orElse(ZoneOffset.UTC);
  }

  private String unmet(Selection selection) {
    return switch (selection) {
      case Selection.At at -> ": none is as old as " + ShownTime.of(at.time(), offset());
      case Selection.Snapshot snapshot -> ": none is of snapshot " + snapshot.uuid();
      case Selection.Latest _, Selection.All _ -> "";
    };
  }

  private Map<UUID, List<StoredBackup>> candidates(@Nullable UUID source) throws RestoreException {
    if (source == null) {
      return bySource;
    }
    var backups = bySource.get(source);
    if (backups == null) {
      throw new RestoreException(
          "the remote has no backup of source " + source + "; it has " + inventory());
    }
    return Map.of(source, backups);
  }

  private static Optional<StoredBackup> newest(List<StoredBackup> backups, Instant time) {
    return backups.stream()
        .filter(backup -> !backup.identity().ctime().isAfter(time))
        .reduce((_, later) -> later);
  }

  private String inventory() {
    if (bySource.isEmpty()) {
      return "no backups at all";
    }
    return bySource.values().stream().map(RestorePlanner::extent).collect(Collectors.joining(", "));
  }

  private static String extent(List<StoredBackup> backups) {
    return "source %s (%s, oldest %s, newest %s)"
        .formatted(
            backups.getLast().source(),
            backups.getLast().label().base(),
            ShownTime.of(backups.getFirst().label()),
            ShownTime.of(backups.getLast().label()));
  }

  /** Root first. */
  private List<StoredBackup> chain(StoredBackup leaf) throws RestoreException {
    return switch (set.chain(leaf.uuid())) {
      case Chain.Complete complete ->
          complete.backups().stream().map(backup -> byUuid.get(backup.uuid())).toList();
      case Chain.Missing missing ->
          throw new RestoreException(
              "backup %s cannot be restored: %s".formatted(leaf.key(), why(leaf, missing.uuid())));
      case Chain.Cyclic cyclic ->
          throw new RestoreException(
              "backup %s cannot be restored: the send parents of %s lead back to itself"
                  .formatted(leaf.key(), cyclic.uuid()));
    };
  }

  private String why(StoredBackup leaf, UUID missing) {
    var broken = damaged.get(missing);
    var subject = leaf.uuid().equals(missing) ? "it" : "it was sent against " + missing + ", which";
    return broken == null
        ? subject + " is not on the remote"
        : "%s is damaged: %d of its segments are gone".formatted(subject, broken.missing());
  }

  private static Map<UUID, String> names(Collection<StoredBackup> backups) {
    Map<String, List<UUID>> holders = new LinkedHashMap<>();
    for (var backup : backups) {
      holders
          .computeIfAbsent(RestoredName.of(backup.label()), _ -> new ArrayList<>())
          .add(backup.uuid());
    }
    Map<UUID, String> names = new HashMap<>();
    holders.forEach(
        (name, uuids) ->
            uuids.forEach(
                uuid ->
                    names.put(uuid, uuids.size() == 1 ? name : SnapshotName.withUuid(name, uuid))));
    return names;
  }
}
