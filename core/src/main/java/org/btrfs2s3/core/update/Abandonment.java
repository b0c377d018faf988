package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.Standing;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.UnfinishedUpload;

/**
 * Gives up the interrupted uploads of one snapshot: removes what they stored. Nothing that was
 * committed is touched, and nothing that a committed backup was sent against, unless the snapshot
 * is on this machine and can be sent again: it was a backup itself, and what is left may repair the
 * others.
 */
public final class Abandonment {

  private final UpdateSetup setup;
  private final Machine machine;

  /**
   * @param setup with the remotes to look at
   */
  public Abandonment(UpdateSetup setup, Machine machine) {
    this.setup = setup;
    this.machine = machine;
  }

  /**
   * Removes every attempt without commit object to back up a snapshot, and every upload of an
   * object of it that was begun.
   *
   * @param foreign whether also if the snapshot's source is none of this machine, so that nothing
   *     keeps the machine that has it from uploading it meanwhile
   * @param approval asked once, if there is anything
   * @throws LockedException if another run is uploading the source
   */
  public AbandonReport run(
      UUID snapshot, boolean foreign, AbandonApproval approval, UpdateListener listener)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(false, null))) {
      var ledger = new Ledger(listener);
      var before = search(session, snapshot);
      Set<UUID> removable = new LinkedHashSet<>();
      for (var source : before.sources()) {
        if (session.isSource(source)) {
          session.requireUploadLock(source);
          removable.add(source);
        } else if (foreign) {
          removable.add(source);
        } else {
          ledger.failed(foreignSource(snapshot, source));
        }
      }
      // Before the lock was held, another run may have gone on with what was found.
      var found = removable.isEmpty() ? before : search(session, snapshot);
      var collections = found.of(removable);
      if (!hasSnapshot(session, removable, snapshot)) {
        collections = withoutNeeded(collections, found, ledger);
      }
      boolean approved = collections.isEmpty() || approval.approve(collections);
      if (approved) {
        new Janitor(session, ledger).collect(collections);
      }
      found.failures().forEach(ledger::failed);
      return new AbandonReport(approved, ledger.executed(), found.backups(), ledger.failures());
    }
  }

  /** One that can be sent again; where that is not known, it is not here. */
  private static boolean hasSnapshot(RunSession session, Set<UUID> sources, UUID snapshot)
      throws BtrfsException {
    for (var source : sources) {
      if (session.isSource(source)
          && session.session(source).observe().snapshots().stream()
              .filter(local -> local.standing() instanceof Standing.Ours)
              .anyMatch(local -> local.uuid().equals(snapshot))) {
        return true;
      }
    }
    return false;
  }

  private static List<Action.Collection> withoutNeeded(
      List<Action.Collection> collections, Found found, Ledger ledger) {
    List<Action.Collection> removable = new ArrayList<>();
    for (var collection : collections) {
      if (found.needed().contains(collection)) {
        ledger.failed(needed(collection));
      } else {
        removable.add(collection);
      }
    }
    return removable;
  }

  private static Failure needed(Action.Collection collection) {
    return new Failure(
        Failure.Kind.LOCAL,
        ("remote %s: the segments stay: a backup was sent against this snapshot, which is not on"
                + " this machine, or cannot be sent again; so they are of a backup that lost its commit object, and what is"
                + " left may be needed to repair both")
            .formatted(collection.remote()));
  }

  private static Failure foreignSource(UUID snapshot, UUID source) {
    return new Failure(
        Failure.Kind.LOCAL,
        ("the upload of %s is of source %s, which is none of this configuration on this machine;"
                + " --foreign gives it up all the same: make sure first that no machine is"
                + " uploading it")
            .formatted(snapshot, source));
  }

  /**
   * What the remotes hold of one snapshot.
   *
   * @param needed those of the collections that take away what a backup was sent against
   */
  private record Found(
      List<Action.Collection> collections,
      Set<Action.Collection> needed,
      List<String> backups,
      List<Failure> failures) {

    Found() {
      this(new ArrayList<>(), new HashSet<>(), new ArrayList<>(), new ArrayList<>());
    }

    Set<UUID> sources() {
      Set<UUID> sources = new LinkedHashSet<>();
      collections.forEach(collection -> sources.add(collection.source()));
      return sources;
    }

    List<Action.Collection> of(Set<UUID> sources) {
      return collections.stream()
          .filter(collection -> sources.contains(collection.source()))
          .toList();
    }
  }

  private static Found search(RunSession session, UUID snapshot) throws InterruptedException {
    var found = new Found();
    for (var remote : session.remotes()) {
      switch (remote.observe(true)) {
        case ObservedRemote.Listed listed -> add(listed, snapshot, found);
        case ObservedRemote.Away away -> found.failures().add(Faults.ofRemote(away));
      }
      remote
          .uploadsUnknown()
          .map(reason -> Faults.ofRemote(remote.id(), reason))
          .ifPresent(found.failures()::add);
    }
    return found;
  }

  private static void add(ObservedRemote.Listed remote, UUID snapshot, Found found) {
    for (var upload : remote.uploads()) {
      BackupKey.decode(upload.key().value())
          .backup()
          .filter(label -> label.identity().uuid().equals(snapshot))
          .ifPresent(
              label -> found.collections().add(abort(remote, label.identity().source(), upload)));
    }
    remote.catalog().unfinished().stream()
        .filter(attempt -> attempt.identity().uuid().equals(snapshot))
        .map(attempt -> new Action.CollectSegments(attempt.source(), remote.id(), attempt))
        .forEach(
            collection -> {
              found.collections().add(collection);
              if (remote.catalog().isSendParent(collection.source(), snapshot)) {
                found.needed().add(collection);
              }
            });
    Stream.concat(
            remote.catalog().backups().stream(),
            remote.catalog().damaged().stream().map(DamagedBackup::backup))
        .filter(backup -> backup.uuid().equals(snapshot))
        .map(
            backup ->
                "remote %s: %s is a backup and no interrupted upload: it is left alone"
                    .formatted(remote.id(), backup.key()))
        .forEach(found.backups()::add);
  }

  private static Action.Collection abort(
      ObservedRemote.Listed remote, UUID source, UnfinishedUpload upload) {
    return new Action.AbortUpload(source, remote.id(), upload);
  }
}
