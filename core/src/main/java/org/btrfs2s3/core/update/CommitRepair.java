package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitObject;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the commit object of a segmented backup anew, after reading all of its segments: where it
 * is missing, or where it does not say what they are; and signs it anew, where it does, but its
 * signature is lost or is not one of it. Nothing is deleted.
 */
public final class CommitRepair {

  private final UpdateSetup setup;
  private final Machine machine;
  private final ContentKeys keys;

  /**
   * @param setup with the remote
   * @param keys that the segments are read with
   */
  public CommitRepair(UpdateSetup setup, Machine machine, ContentKeys keys) {
    this.setup = setup;
    this.machine = machine;
    this.keys = keys;
  }

  /**
   * An attempt that may be a whole backup.
   *
   * @param commit its commit object; null if there is none
   */
  private record Candidate(
      BackupLabel label, List<String> contentSuffixes, Segments parts, @Nullable ObjectKey commit) {

    static Candidate of(StoredBackup backup, Segments parts) {
      return new Candidate(backup.label(), backup.contentSuffixes(), parts, backup.key());
    }
  }

  /**
   * Of several attempts the one that is whole; one with a commit object before one without.
   *
   * @param pretend whether to read only (invariant 5)
   * @throws LockedException if another run is uploading the source
   */
  public CommitReport run(RemoteId id, UUID snapshot, boolean pretend)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(false, null))) {
      var remote = session.remote(id);
      switch (remote.observe(false)) {
        case ObservedRemote.Away away -> {
          return CommitReport.failed(List.of(Faults.ofRemote(away)));
        }
        case ObservedRemote.Listed listed -> {
          var catalog = listed.catalog();
          if (!pretend && lock(session, candidates(catalog, snapshot))) {
            catalog = remote.list();
          }
          return repair(session, remote, catalog, snapshot, pretend);
        }
      }
    } catch (RemoteException e) {
      return CommitReport.failed(List.of(Faults.ofRemote(id, e)));
    }
  }

  /** Whether time has passed since the listing. */
  private static boolean lock(RunSession session, List<Candidate> candidates)
      throws IOException, LockedException {
    boolean locked = false;
    for (var candidate : candidates) {
      var source = candidate.label().identity().source();
      if (session.isSource(source)) {
        session.requireUploadLock(source);
        locked = true;
      }
    }
    return locked;
  }

  private static List<Candidate> candidates(Catalog catalog, UUID snapshot) {
    List<Candidate> found = new ArrayList<>();
    for (var backup : catalog.backups()) {
      if (backup.uuid().equals(snapshot) && backup.parts() != null) {
        found.add(Candidate.of(backup, backup.parts()));
      }
    }
    catalog.unfinished().stream()
        .filter(attempt -> attempt.identity().uuid().equals(snapshot))
        .map(
            attempt ->
                new Candidate(attempt.label(), attempt.contentSuffixes(), attempt.parts(), null))
        .sorted(
            Comparator.comparing((Candidate one) -> -one.parts().segments().size())
                .thenComparing(one -> one.parts().attempt()))
        .forEach(found::add);
    return found;
  }

  private CommitReport repair(
      RunSession session, RemoteSession remote, Catalog catalog, UUID snapshot, boolean pretend)
      throws RemoteException, InterruptedException {
    var reader = new ContentReader(remote.store(), keys, _ -> List.of());
    List<Failure> failures = new ArrayList<>();
    for (var candidate : candidates(catalog, snapshot)) {
      try {
        var document =
            new AttemptVerification(
                    remote.store(), reader, candidate.label().identity(), candidate.parts())
                .read(candidate.contentSuffixes());
        var signer = session.signer(document.identity().source(), remote.id());
        return commit(remote, candidate, document, signer, pretend);
      } catch (RemoteException e) {
        failures.add(Faults.ofRemote(remote.id(), e));
      } catch (IOException e) {
        failures.add(failure(remote, candidate.parts().attempt() + ": " + e.getMessage()));
      }
    }
    catalog.damaged().stream()
        .filter(damaged -> damaged.backup().uuid().equals(snapshot))
        .map(damaged -> failure(remote, damaged.backup().key() + ": " + damaged.damage()))
        .forEach(failures::add);
    if (failures.isEmpty()) {
      failures.add(failure(remote, "there is no segment of " + snapshot));
    }
    return CommitReport.failed(failures);
  }

  private static Failure failure(RemoteSession remote, String what) {
    return new Failure(
        Failure.Kind.REMOTE, "remote " + remote.id() + ": no commit object is written: " + what);
  }

  private CommitReport commit(
      RemoteSession remote,
      Candidate candidate,
      CommitDocument document,
      @Nullable SigningKey signer,
      boolean pretend)
      throws RemoteException, InterruptedException {
    int segments = document.segments().size();
    var old = candidate.commit();
    var signature = new SignatureRepair(remote, keys.signers(), signer);
    if (old != null) {
      var json = bytesOf(remote, old, segments);
      if (says(json, document)) {
        return signature.renew(old, json, document, metadata(document), pretend);
      }
    }
    var key = old == null ? commitKey(candidate) : old;
    if (!pretend) {
      write(remote, key, document, signer, old != null);
      requireWhole(remote, key);
    }
    var outcome = old == null ? CommitReport.Outcome.WRITTEN : CommitReport.Outcome.REPLACED;
    return new CommitReport(outcome, key, segments, signature.unsignable(key));
  }

  private static byte[] bytesOf(RemoteSession remote, ObjectKey key, int segments)
      throws RemoteException, InterruptedException {
    try (var object = remote.store().open(key, 0)) {
      return object.readNBytes(CommitObject.sizeLimit(segments));
    } catch (RemoteException e) {
      throw e;
    } catch (IOException e) {
      throw new RemoteException(
          RemoteException.Kind.TRANSIENT, "cannot read " + key + ": " + e.getMessage(), e);
    }
  }

  /** Of very many recipients the segments know only a hash, so that these cannot be compared. */
  private static boolean says(byte[] json, CommitDocument document) {
    try {
      var told = CommitJson.read(json);
      return document.equals(
          new CommitDocument(
              told.identity(),
              told.attempt(),
              told.encoding(),
              document.recipients(),
              told.sendOptions(),
              told.segmentBytes(),
              told.segments(),
              told.rawLength(),
              told.rawSha256()));
    } catch (IOException _) {
      return false; // It is damaged: that is what this is for.
    }
  }

  /** Beside the first segment. */
  private static ObjectKey commitKey(Candidate candidate) {
    var parts = candidate.parts();
    var label = candidate.label();
    var names =
        new ObjectNames(
            label.base(), label.identity(), label.offset(), candidate.contentSuffixes());
    var commit = names.commit(parts.attempt(), parts.segments().size());
    return parts.segments().getFirst().key().sibling(commit.value());
  }

  private void write(
      RemoteSession remote,
      ObjectKey key,
      CommitDocument document,
      @Nullable SigningKey signer,
      boolean replaces)
      throws RemoteException, InterruptedException {
    var predecessor = replaces ? NewObject.Predecessor.REPLACED : NewObject.Predecessor.NONE;
    CommitObject.store(remote.store(), key, document, signer, metadata(document), predecessor);
  }

  private Map<String, String> metadata(CommitDocument document) {
    return new BackupMetadata(document.identity(), document.encoding(), setup.toolVersion())
        .toMap();
  }

  private static void requireWhole(RemoteSession remote, ObjectKey key)
      throws RemoteException, InterruptedException {
    if (remote.list().backups().stream().noneMatch(backup -> backup.key().equals(key))) {
      throw new RemoteException(
          RemoteException.Kind.INTEGRITY,
          key + " was written, but no whole backup is listed with it: segments vanished meanwhile");
    }
  }
}
