package org.btrfs2s3.core.update;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A remote during one run: its store, opened at first use, and the backups that are known to be on
 * it. Safe for use by several threads.
 */
final class RemoteSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteSession.class);

  private final RemoteSetup setup;
  private final InstantSource clock;
  private final Set<UUID> damagedContent;

  /** Guarded by this, like all that follows. */
  private @Nullable BackupStore store;

  private final Map<UUID, Map<UUID, StoredBackup>> listedBySource = new HashMap<>();

  /** Kept apart, because a listing may be older than what was committed while it was made. */
  private final Map<UploadedId, StoredBackup> committed = new HashMap<>();

  private List<UnfinishedBackup> unfinished = List.of();

  private List<ObjectKey> traces = List.of();

  /** Objects that a commit may put another into the place of; for repairs only (invariant 11). */
  private final Set<ObjectKey> replaceable = new HashSet<>();

  /** Null unless they were asked for and not told. */
  private @Nullable RemoteException uploadsUnknown;

  private boolean closed;

  private record UploadedId(UUID source, UUID backup) {}

  RemoteSession(RemoteSetup setup, InstantSource clock) {
    this(setup, clock, Set.of());
  }

  /**
   * @param damagedContent backups that cannot be read, which no listing shows
   */
  RemoteSession(RemoteSetup setup, InstantSource clock, Set<UUID> damagedContent) {
    this.setup = setup;
    this.clock = clock;
    this.damagedContent = Set.copyOf(damagedContent);
  }

  RemoteId id() {
    return setup.id();
  }

  synchronized BackupStore store() throws RemoteException, InterruptedException {
    if (closed) {
      throw new RemoteException(
          RemoteException.Kind.TRANSIENT, "remote " + id() + " is not used any more");
    }
    var opened = store;
    if (opened == null) {
      opened = setup.opener().open();
      store = opened;
    }
    return opened;
  }

  /**
   * Lists the remote once; what it held before is forgotten.
   *
   * @param uploads whether to ask, too, what uploads were begun and not committed
   */
  ObservedRemote observe(boolean uploads) throws InterruptedException {
    try {
      var before = clock.instant();
      var listing = store().list();
      var after = clock.instant();
      var serverTime = listing.serverTime();
      return new ObservedRemote.Listed(
          id(),
          catalog(listing),
          uploads ? unfinishedUploads() : List.of(),
          serverTime == null ? after : serverTime,
          clockDifference(before, serverTime, after));
    } catch (RemoteException e) {
      return new ObservedRemote.Away(id(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A defect, or a library's way to refuse its settings: the other remotes are served.
      return new ObservedRemote.Away(id(), "unexpected failure: " + e);
    }
  }

  /** Not to know them costs storage at most: that is no reason to do nothing else. */
  private List<UnfinishedUpload> unfinishedUploads() throws InterruptedException {
    noteUploadsUnknown(null);
    try {
      return store().unfinishedUploads();
    } catch (RemoteException e) {
      noteUploadsUnknown(e);
      LOG.warn("remote {}: interrupted uploads cannot be cleaned up: {}", id(), e.getMessage());
      return List.of();
    }
  }

  private synchronized void noteUploadsUnknown(@Nullable RemoteException reason) {
    uploadsUnknown = reason;
  }

  /** Why the last observation shows no uploads that were begun, if it could not. */
  synchronized Optional<RemoteException> uploadsUnknown() {
    return Optional.ofNullable(uploadsUnknown);
  }

  /** Nothing depends on it, and a remote that is away is told of by whoever needs it. */
  void tidy() throws InterruptedException {
    try {
      store().tidy();
    } catch (RemoteException e) {
      LOG.info("remote {}: {}", id(), e.getMessage());
    } catch (RuntimeException e) {
      // As for the observation, which tells of it: the other remotes are served.
      LOG.info("remote {}: unexpected failure: {}", id(), e.toString());
    }
  }

  /** Lists the remote anew, for an upload that depends on it. */
  Catalog list() throws RemoteException, InterruptedException {
    return catalog(store().listPatiently());
  }

  private synchronized Catalog catalog(Listing listing) {
    var catalog = Catalog.of(listing).withDamaged(this::isDamaged);
    listedBySource.clear();
    catalog.backups().stream()
        .collect(Collectors.groupingBy(StoredBackup::source))
        .forEach((source, ofIt) -> listedBySource.put(source, BackupSet.of(ofIt).byUuid()));
    unfinished = catalog.unfinished();
    traces = listing.traces();
    return catalog;
  }

  /** What this run put into its place is not. */
  private boolean isDamaged(StoredBackup backup) {
    return damagedContent.contains(backup.uuid()) && !isCommittedHere(backup.key());
  }

  /** Whether this run committed the object. */
  synchronized boolean isCommittedHere(ObjectKey key) {
    return committed.values().stream().anyMatch(backup -> backup.key().equals(key));
  }

  /** What this run committed of a source, or found to be there when it wanted to. */
  synchronized List<ObjectKey> committed(UUID source) {
    return committed.entrySet().stream()
        .filter(entry -> entry.getKey().source().equals(source))
        .map(entry -> entry.getValue().key())
        .sorted()
        .toList();
  }

  /** Objects that were not listed, of which something else tells. */
  synchronized List<ObjectKey> traces() {
    return traces;
  }

  /** Whether what is stored of a backup must not be trusted. */
  boolean isContentDamaged(UUID backup) {
    return damagedContent.contains(backup);
  }

  /** Lets commits put other objects into the place of these, which cannot be restored. */
  synchronized void mayReplace(Collection<ObjectKey> keys) {
    replaceable.addAll(keys);
  }

  /** Whether a commit may put another object into the place of this one. */
  synchronized boolean isReplaceable(ObjectKey key) {
    return replaceable.contains(key) && !isCommittedHere(key);
  }

  /** The server's time was taken at some moment in between. */
  private static @Nullable Duration clockDifference(
      Instant before, @Nullable Instant server, Instant after) {
    if (server == null) {
      return null;
    }
    if (server.isBefore(before)) {
      return Duration.between(server, before);
    }
    return server.isAfter(after) ? Duration.between(after, server) : Duration.ZERO;
  }

  synchronized void addCommitted(StoredBackup backup) {
    var identity = backup.identity();
    committed.put(new UploadedId(identity.source(), identity.uuid()), backup);
  }

  /** The backup of a snapshot, as it was listed or as this run committed it. */
  synchronized Optional<StoredBackup> known(UUID source, UUID backup) {
    var ours = committed.get(new UploadedId(source, backup));
    return ours != null
        ? Optional.of(ours)
        : Optional.ofNullable(listedBySource.getOrDefault(source, Map.of()).get(backup));
  }

  /** Attempts without commit object to make this very backup, as they were listed last. */
  synchronized List<UnfinishedBackup> unfinished(BackupIdentity identity) {
    return unfinished.stream().filter(attempt -> attempt.identity().equals(identity)).toList();
  }

  /** All that was listed, and all that this run committed. */
  synchronized List<StoredBackup> backups() {
    return Stream.concat(
            listedBySource.values().stream().flatMap(ofIt -> ofIt.values().stream()),
            committed.values().stream())
        .toList();
  }

  /** Aborts what is pending. */
  @Override
  public synchronized void close() {
    closed = true;
    if (store != null) {
      store.close();
    }
  }
}
