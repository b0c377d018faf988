package org.btrfs2s3.core.update;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * A remote during one run: its store, opened at first use, and the backups that are known to be on
 * it. Safe for use by several threads.
 */
final class RemoteSession implements AutoCloseable {

  private final RemoteSetup setup;
  private final InstantSource clock;

  /** Guarded by this, like all that follows. */
  private @Nullable BackupStore store;

  private final Map<UUID, Map<UUID, StoredBackup>> listedBySource = new HashMap<>();

  /** Kept apart, because a listing may be older than what was committed while it was made. */
  private final Map<UploadedId, StoredBackup> committed = new HashMap<>();

  private boolean closed;

  private record UploadedId(UUID source, UUID backup) {}

  RemoteSession(RemoteSetup setup, InstantSource clock) {
    this.setup = setup;
    this.clock = clock;
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

  /** Lists the remote once; what it held before is forgotten. */
  ObservedRemote observe() throws InterruptedException {
    try {
      var before = clock.instant();
      var listing = store().list();
      var after = clock.instant();
      return listed(listing, clockDifference(before, listing.serverTime(), after));
    } catch (RemoteException e) {
      return new ObservedRemote.Away(id(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A defect, or a library's way to refuse its settings: the other remotes are served.
      return new ObservedRemote.Away(id(), "unexpected failure: " + e);
    }
  }

  private synchronized ObservedRemote listed(Listing listing, @Nullable Duration clockDifference) {
    List<StoredBackup> backups = new ArrayList<>();
    int foreign = 0;
    for (var object : listing.objects()) {
      if (BackupKey.decode(object.key().value()) instanceof ParsedKey.Known known) {
        backups.add(backup(object, known));
      } else {
        foreign++;
      }
    }
    listedBySource.clear();
    backups.stream()
        .collect(Collectors.groupingBy(backup -> backup.identity().source()))
        .forEach((source, ofIt) -> listedBySource.put(source, BackupSet.of(ofIt).byUuid()));
    return new ObservedRemote.Listed(id(), backups, foreign, clockDifference);
  }

  private static StoredBackup backup(StoredObject object, ParsedKey.Known known) {
    return new StoredBackup(object.key(), known.identity(), object.size(), object.storageClass());
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

  /** Aborts what is pending. */
  @Override
  public synchronized void close() {
    closed = true;
    if (store != null) {
      store.close();
    }
  }
}
