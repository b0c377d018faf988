package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.StoredBackup;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.sendstream.VerifyingInputStream;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * One upload: a snapshot is sent, verified while it flows, encoded, stored and, after everything
 * ended well, committed (invariant 1).
 */
final class BackupUpload {

  private final UploadContext context;
  private final SourceSession source;
  private final RemoteSession remote;
  private final Action.Upload upload;

  BackupUpload(
      UploadContext context, SourceSession source, RemoteSession remote, Action.Upload upload) {
    this.context = context;
    this.source = source;
    this.remote = remote;
    this.upload = upload;
  }

  /** Nothing if the backup is whole and visible on the remote now. */
  Optional<Failure> run(long estimate) throws InterruptedException {
    try {
      attempt(estimate);
      return Optional.empty();
    } catch (RemoteException e) {
      return Optional.of(UploadFailures.ofRemote(remote.id(), e));
    } catch (PipelineException e) {
      return Optional.of(UploadFailures.ofPipeline(remote.id(), e));
    } catch (NotStartedException e) {
      return Optional.of(new Failure(Failure.Kind.LOCAL, String.valueOf(e.getMessage())));
    } catch (BtrfsException | SendStreamException e) {
      return Optional.of(UploadFailures.ofSnapshot(e));
    }
  }

  private void attempt(long estimate)
      throws RemoteException,
          PipelineException,
          BtrfsException,
          SendStreamException,
          NotStartedException,
          InterruptedException {
    var ancestors = ancestorsOnRemote();
    requireStillThere(ancestors);
    var entry = source.requireUsable(upload.identity().uuid());
    var parent = upload.identity().sendParent();
    var parentName = parent == null ? null : source.requireUsable(parent).name();
    var encoding = source.target(remote.id()).encoding();
    var key =
        new ObjectKey(
            BackupKey.encode(
                source.setup().base(), upload.identity(), context.zone(), encoding.keySuffixes()));
    var metadata =
        new BackupMetadata(upload.identity(), encoding.description(), context.toolVersion())
            .toMap();
    context.listener().on(new UpdateEvent.UploadStarted(upload, estimate));
    try (var pending = remote.store().create(new NewObject(key, metadata, estimate))) {
      long sent = send(entry.name(), parentName, pending);
      // Either may have been edited under our hands; then this stream is not of them.
      source.requireUsable(upload.identity().uuid());
      if (parent != null) {
        source.requireUsable(parent);
      }
      var object = pending.commit();
      var backup = new StoredBackup(key, upload.identity(), object.size(), object.storageClass());
      remote.addCommitted(backup);
      context.listener().on(new UpdateEvent.UploadCommitted(upload, backup, sent));
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.CONFLICT || !isSameBackup(key)) {
        throw e;
      }
      context.listener().on(new UpdateEvent.UploadRedundant(upload));
    }
    requireStillThere(ancestors);
  }

  private long send(EntryName name, @Nullable EntryName parentName, PendingObject pending)
      throws PipelineException, BtrfsException, NotStartedException, InterruptedException {
    var identity = upload.identity();
    var verifier =
        SendStreamVerifier.expecting(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()));
    var encoding = source.target(remote.id()).encoding();
    try (var stream = startSend(name, parentName)) {
      return Pipeline.run(
              new VerifyingInputStream(stream, verifier), encoding.stages(), pending::write)
          .in();
    } catch (PipelineException | BtrfsException | NotStartedException e) {
      throw e;
    } catch (IOException e) {
      throw new BtrfsException("cannot end btrfs send: " + e.getMessage(), "", e);
    }
  }

  private SendStream startSend(EntryName name, @Nullable EntryName parentName)
      throws NotStartedException {
    try {
      var mode = source.target(remote.id()).upload().sendMode();
      return context.btrfs().send(source.setup().snapshots(), name, parentName, mode);
    } catch (BtrfsException e) {
      throw new NotStartedException(e);
    }
  }

  /** That {@code btrfs send} cannot be started is not the snapshot's fault. */
  private static final class NotStartedException extends IOException {

    private static final long serialVersionUID = 1L;

    NotStartedException(BtrfsException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The whole chain of the send parent, as it was listed (invariant 3). */
  private List<StoredBackup> ancestorsOnRemote() throws RemoteException {
    List<StoredBackup> ancestors = new ArrayList<>();
    Set<UUID> visited = new HashSet<>();
    var next = upload.identity().sendParent();
    while (next != null) {
      var missing = next;
      var ancestor =
          remote
              .known(upload.source(), missing)
              .filter(_ -> visited.add(missing))
              .orElseThrow(() -> chainIsBroken(missing));
      ancestors.add(ancestor);
      next = ancestor.identity().sendParent();
    }
    return ancestors;
  }

  private void requireStillThere(List<StoredBackup> ancestors)
      throws RemoteException, InterruptedException {
    for (var ancestor : ancestors) {
      if (remote.store().find(ancestor.key()).isEmpty()) {
        throw chainIsBroken(ancestor.identity().uuid());
      }
    }
  }

  private RemoteException chainIsBroken(UUID missing) {
    return new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "backup "
            + upload.identity().uuid()
            + " needs backup "
            + missing
            + ", which is not there any more; the next run uploads what is missing");
  }

  /** The key spells the whole identity; what the object says of itself must not contradict it. */
  private boolean isSameBackup(ObjectKey key) throws RemoteException, InterruptedException {
    var found = remote.store().find(key);
    if (found.isEmpty()) {
      return false;
    }
    var told = BackupMetadata.identityIn(found.get().metadata());
    if (told.isPresent() && !told.get().equals(upload.identity())) {
      return false;
    }
    var object = found.get().object();
    remote.addCommitted(
        new StoredBackup(key, upload.identity(), object.size(), object.storageClass()));
    return true;
  }
}
