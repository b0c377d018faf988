package org.btrfs2s3.core.update;

import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One remote's side of an upload: how it is encoded, what its objects are called and say, what it
 * depends on there. A backup in one object it commits itself; for one in segments there is {@link
 * RemoteAttempt}. For one thread at a time.
 */
final class RemoteUpload {

  private final UploadContext context;
  private final SourceSession source;
  private final RemoteSession remote;
  private final Action.Upload action;
  private final TargetSetup target;
  private final SendParentChain ancestors;
  private final ObjectNames names;

  RemoteUpload(
      UploadContext context, SourceSession source, RemoteSession remote, Action.Upload action) {
    this.context = context;
    this.source = source;
    this.remote = remote;
    this.action = action;
    this.target = source.target(remote.id());
    this.ancestors = new SendParentChain(remote, action);
    this.names =
        new ObjectNames(
            source.setup().base(), action.identity(), context.zone(), encoding().keySuffixes());
  }

  Action.Upload action() {
    return action;
  }

  SourceSession source() {
    return source;
  }

  RemoteSession remote() {
    return remote;
  }

  PreservationPolicy policy() {
    return target.policy();
  }

  Encoding encoding() {
    return target.encoding();
  }

  /** Where a piece goes, as fast as the configuration allows. */
  PipelineTarget target(PendingPiece piece) {
    var rate = options().bytesPerSecond();
    return rate == null ? piece::write : new RateLimit(rate).limit(piece::write);
  }

  UploadOptions options() {
    return target.upload();
  }

  /** How many bytes of the stream go into an object; null for all of them. */
  @Nullable Long segmentBytes(long estimate) {
    var limit = options().segmentBytes();
    boolean mayBeLonger =
        limit != null && (estimate > limit || estimate == StreamEstimates.UNKNOWN);
    return mayBeLonger && encoding().isSegmentable() ? limit : null;
  }

  /** In bytes, for the parts of one object; see {@link BackupStore#uploadMemory}. */
  long partsMemory(long estimate) throws RemoteException, InterruptedException {
    var segment = segmentBytes(estimate);
    return store().uploadMemory(segment == null ? estimate : segment);
  }

  ObjectNames names() {
    return names;
  }

  /** What its objects say that they are. */
  Map<String, String> metadata() {
    return new BackupMetadata(action.identity(), encoding().description(), context.toolVersion())
        .toMap();
  }

  /** What it depends on. */
  SendParentChain ancestors() {
    return ancestors;
  }

  /** The only object of a backup that is not segmented. */
  NewObject wholeObject(long estimate) {
    var key = names.whole();
    return new NewObject(
        key,
        metadata(),
        estimate,
        remote.isReplaceable(key) ? NewObject.Predecessor.REPLACED : NewObject.Predecessor.NONE);
  }

  /** After everything of the stream was stored, or is pending and whole. */
  void commitWhole(PendingPiece piece, long streamBytes)
      throws RemoteException, InterruptedException {
    try {
      committed(whole(piece.commit()), streamBytes);
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.CONFLICT
          || remote.isReplaceable(names.whole())
          || !isSameBackup()) {
        throw e;
      }
      context.listener().on(new UpdateEvent.UploadRedundant(action));
    }
    ancestors.requireStillThere();
    removeAttempts(remote.unfinished(action.identity()));
  }

  private StoredBackup whole(StoredObject object) {
    var known = (ParsedKey.Known) BackupKey.decode(object.key().value());
    return Catalog.oneObject(object, known);
  }

  /** Notes that the backup is there. */
  void committed(StoredBackup backup, long streamBytes) {
    remote.addCommitted(backup);
    context.listener().on(new UpdateEvent.UploadCommitted(action, backup, streamBytes));
  }

  /** Whether this very backup is there already, as far as the remote was listed. */
  boolean isCommitted() {
    return remote
        .known(action.source(), action.identity().uuid())
        .filter(backup -> backup.identity().equals(action.identity()))
        .isPresent();
  }

  /** The key spells the whole identity; what the object says of itself must not contradict it. */
  private boolean isSameBackup() throws RemoteException, InterruptedException {
    var found = store().find(names.whole());
    if (found.isEmpty()) {
      return false;
    }
    var told = BackupMetadata.identityIn(found.get().metadata());
    if (told.isPresent() && !told.get().equals(action.identity())) {
      return false;
    }
    remote.addCommitted(whole(found.get().object()));
    return true;
  }

  /**
   * The Python tool does not see segmented backups, and would delete what they were sent against.
   * Its objects, unlike ours, say nothing of their version.
   */
  void warnOfOtherTool() throws RemoteException, InterruptedException {
    boolean first = remote.backups().stream().allMatch(backup -> backup.parts() == null);
    var suspect =
        remote.backups().stream()
            .filter(backup -> backup.parts() == null && backup.contentSuffixes().isEmpty())
            .max(StoredBackup.OLDEST_FIRST);
    if (first && suspect.isPresent()) {
      var found = store().find(suspect.get().key());
      if (found.isPresent() && BackupMetadata.versionIn(found.get().metadata()).isEmpty()) {
        context
            .listener()
            .on(
                new UpdateEvent.RemoteWarning(
                    remote.id(),
                    "it holds backups of the Python tool, and this is the first segmented one:"
                        + " from now on that tool must not be used on it any more (segment_size:"
                        + " off keeps everything readable by both)"));
      }
    }
  }

  /** Whether it is an attempt, this one or another, to back up the same snapshot. */
  boolean isAttempt(UnfinishedBackup unfinished) {
    return unfinished.identity().uuid().equals(action.identity().uuid())
        && unfinished.source().equals(action.source());
  }

  /** What could not be resumed is of no use any more. That it stays for now is no failure. */
  void removeAttempts(List<UnfinishedBackup> attempts) throws InterruptedException {
    for (var unfinished : attempts) {
      try {
        SegmentRemoval.removeAttempt(remote, unfinished);
      } catch (RemoteException e) {
        context
            .listener()
            .on(
                new UpdateEvent.RemoteWarning(
                    remote.id(),
                    "an earlier attempt is left for the next run to remove: " + e.getMessage()));
      }
    }
  }

  BackupStore store() throws RemoteException, InterruptedException {
    return remote.store();
  }
}
