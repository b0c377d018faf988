package org.btrfs2s3.core.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * What the objects of a remote are.
 *
 * @param backups committed and whole, in order of keys; several of one UUID are possible
 * @param damaged committed, but with segments missing
 * @param unfinished attempts without commit object
 * @param foreignObjects how many objects are nothing that this version knows
 * @param traces backups of which no object was listed, but something else: see {@link
 *     Listing#traces}
 * @param tracedAttempts the same for segments, whatever else was listed of their backups
 * @param unsupported backups, or parts of some, that only a later version can read; they are among
 *     the foreign objects
 */
public record Catalog(
    List<StoredBackup> backups,
    List<DamagedBackup> damaged,
    List<UnfinishedBackup> unfinished,
    int foreignObjects,
    List<BackupIdentity> traces,
    Set<Attempt> tracedAttempts,
    List<BackupIdentity> unsupported) {

  public Catalog {
    backups = List.copyOf(backups);
    damaged = List.copyOf(damaged);
    unfinished = List.copyOf(unfinished);
    traces = List.copyOf(traces);
    tracedAttempts = Set.copyOf(tracedAttempts);
    unsupported = List.copyOf(unsupported);
  }

  /**
   * The same, but of some backups something is known that no listing shows: their content is
   * damaged.
   */
  public Catalog withDamaged(Predicate<StoredBackup> isDamaged) {
    var all = new ArrayList<>(damaged);
    backups.stream()
        .filter(isDamaged)
        .map(backup -> new DamagedBackup(backup, 0, List.of()))
        .forEach(all::add);
    return new Catalog(
        backups.stream().filter(isDamaged.negate()).toList(),
        all,
        unfinished,
        foreignObjects,
        traces,
        tracedAttempts,
        unsupported);
  }

  /** The same of a whole listing, with what it tells of objects that it lacks. */
  public static Catalog of(Listing listing) {
    var catalog = of(listing.objects());
    var known = catalog.uuids().collect(Collectors.toSet());
    var keys = listing.traces().stream().map(key -> BackupKey.decode(key.value())).toList();
    var traces =
        keys.stream()
            .flatMap(key -> key.backup().stream())
            .map(BackupLabel::identity)
            .filter(identity -> !known.contains(identity.uuid()))
            .distinct()
            .toList();
    Set<Attempt> tracedAttempts = new HashSet<>();
    for (var key : keys) {
      if (key instanceof ParsedKey.Segment segment) {
        tracedAttempts.add(segment.attempt());
      }
    }
    return new Catalog(
        catalog.backups,
        catalog.damaged,
        catalog.unfinished,
        catalog.foreignObjects,
        traces,
        tracedAttempts,
        catalog.unsupported);
  }

  /** Whether anything of a backup is there, or may be, whole or not. */
  public boolean knows(UUID backup) {
    return uuids().anyMatch(backup::equals);
  }

  private Stream<UUID> uuids() {
    return Stream.of(
            backups.stream().map(StoredBackup::uuid),
            damaged.stream().map(one -> one.backup().uuid()),
            unfinished.stream().map(one -> one.identity().uuid()),
            unsupported.stream().map(BackupIdentity::uuid),
            traces.stream().map(BackupIdentity::uuid))
        .flatMap(uuids -> uuids);
  }

  /** Sorts the objects of a whole listing. */
  public static Catalog of(Collection<StoredObject> objects) {
    return new Sorting().sort(objects);
  }

  /**
   * Whether a committed backup of a source, be it whole or damaged, hidden or one that only a later
   * version can read, was sent against a snapshot: so that one was a backup, too, and is needed to
   * restore it.
   */
  public boolean isSendParent(UUID source, UUID snapshot) {
    return Stream.of(
            backups.stream().map(StoredBackup::identity),
            damaged.stream().map(one -> one.backup().identity()),
            traces.stream(),
            unsupported.stream())
        .flatMap(identities -> identities)
        .anyMatch(backup -> backup.source().equals(source) && snapshot.equals(backup.sendParent()));
  }

  /** A backup in one object. */
  public static StoredBackup oneObject(StoredObject object, ParsedKey.Known key) {
    return new StoredBackup(
        object.key(),
        key.label(),
        key.contentSuffixes(),
        object.size(),
        object.storageClass(),
        null);
  }

  /** Collects the objects of attempts until all were seen. */
  private static final class Sorting {

    private record AttemptOfBackup(BackupIdentity identity, Attempt attempt) {}

    private final List<StoredBackup> backups = new ArrayList<>();
    private final List<DamagedBackup> damaged = new ArrayList<>();
    private final List<UnfinishedBackup> unfinished = new ArrayList<>();
    private final SequencedMap<AttemptOfBackup, Parts> attempts = new LinkedHashMap<>();
    private final Set<BackupIdentity> unsupported = new LinkedHashSet<>();
    private int foreign;

    Catalog sort(Collection<StoredObject> objects) {
      objects.stream().sorted(Comparator.comparing(StoredObject::key)).forEach(this::add);
      attempts.values().forEach(this::finish);
      backups.sort(Comparator.comparing(StoredBackup::key));
      return new Catalog(
          backups, damaged, unfinished, foreign, List.of(), Set.of(), List.copyOf(unsupported));
    }

    private void add(StoredObject object) {
      switch (BackupKey.decode(object.key().value())) {
        case ParsedKey.Known known -> backups.add(oneObject(object, known));
        case ParsedKey.Segment segment ->
            parts(segment.label(), segment.attempt()).add(object, segment);
        case ParsedKey.Commit commit ->
            parts(commit.label(), commit.attempt()).commits.put(object.key(), commit);
        case ParsedKey.CommitSignature signature ->
            parts(signature.label(), signature.attempt()).others.add(object.key());
        case ParsedKey.Foreign _ -> foreign++;
        case ParsedKey.Unsupported later -> {
          foreign++;
          unsupported.add(later.label().identity());
        }
      }
    }

    private Parts parts(BackupLabel label, Attempt attempt) {
      return attempts.computeIfAbsent(
          new AttemptOfBackup(label.identity(), attempt), _ -> new Parts(label, attempt));
    }

    /** Copies of a commit object make no second backup: there is one set of segments. */
    private void finish(Parts parts) {
      if (parts.commits.isEmpty()) {
        var segments = parts.segments(BackupKey.MAX_SEGMENTS, List.of());
        unfinished.add(new UnfinishedBackup(parts.label, parts.contentSuffixes, segments));
        return;
      }
      var counting = parts.commitThatCounts();
      var backup = parts.backup(counting);
      int missing = parts.missing(counting);
      if (missing == 0) {
        backups.add(backup);
      } else {
        damaged.add(new DamagedBackup(backup, missing, parts.firstMissing(counting)));
      }
    }
  }

  /**
   * The objects of one attempt. Of copies of an object the one with the shorter key counts, then
   * the one with the smaller: what somebody put into a "folder" is not what was uploaded.
   */
  private static final class Parts {

    private final BackupLabel label;
    private final Attempt attempt;
    private final NavigableMap<Integer, StoredObject> segments = new TreeMap<>();
    private final NavigableMap<ObjectKey, ParsedKey.Commit> commits =
        new TreeMap<>(ObjectKey.SHORTEST_FIRST);
    private final List<ObjectKey> others = new ArrayList<>();
    private List<String> contentSuffixes = List.of();

    Parts(BackupLabel label, Attempt attempt) {
      this.label = label;
      this.attempt = attempt;
    }

    void add(StoredObject object, ParsedKey.Segment segment) {
      var known = segments.get(segment.number());
      if (known != null && ObjectKey.SHORTEST_FIRST.compare(known.key(), object.key()) <= 0) {
        others.add(object.key());
        return;
      }
      if (known != null) {
        others.add(known.key());
      }
      segments.put(segment.number(), object);
      if (segment.number() == 0 || contentSuffixes.isEmpty()) {
        contentSuffixes = segment.contentSuffixes();
      }
    }

    /** The one that makes a whole backup, if any does. */
    ObjectKey commitThatCounts() {
      return commits.keySet().stream()
          .filter(key -> missing(key) == 0)
          .findFirst()
          .orElseGet(commits::firstKey);
    }

    int missing(ObjectKey commit) {
      return count(commit) - segments.headMap(count(commit)).size();
    }

    List<Integer> firstMissing(ObjectKey commit) {
      return IntStream.range(0, count(commit))
          .filter(number -> !segments.containsKey(number))
          .limit(DamagedBackup.MOST_NUMBERS)
          .boxed()
          .toList();
    }

    private int count(ObjectKey commit) {
      return Objects.requireNonNull(commits.get(commit)).segments();
    }

    StoredBackup backup(ObjectKey commit) {
      var copies = commits.keySet().stream().filter(key -> !key.equals(commit)).toList();
      var parts = segments(count(commit), copies);
      return new StoredBackup(commit, label, contentSuffixes, parts.size(), storageClass(), parts);
    }

    /**
     * @param count how many segments there are; others are not of the backup
     */
    Segments segments(int count, List<ObjectKey> commitCopies) {
      var inOrder =
          segments.headMap(count).entrySet().stream()
              .map(
                  entry ->
                      new SegmentObject(
                          entry.getKey(),
                          entry.getValue().key(),
                          entry.getValue().size(),
                          entry.getValue().lastModified()))
              .toList();
      var rest = new ArrayList<>(others);
      segments.tailMap(count).values().forEach(object -> rest.add(object.key()));
      return new Segments(attempt, inOrder, commitCopies, rest);
    }

    private @Nullable String storageClass() {
      Set<@Nullable String> classes = new HashSet<>();
      segments.values().forEach(object -> classes.add(object.storageClass()));
      return classes.size() == 1 ? classes.iterator().next() : StoredBackup.SEVERAL_CLASSES;
    }
  }
}
