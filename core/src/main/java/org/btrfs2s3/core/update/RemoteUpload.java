package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.content.CommitSignature;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One remote's side of an upload: names and describes the objects, and commits them. For one thread
 * at a time.
 */
final class RemoteUpload {

  private final UploadContext context;
  private final SourceSession source;
  private final RemoteSession remote;
  private final Action.Upload action;
  private final TargetSetup target;
  private List<StoredBackup> ancestors = List.of();

  /** Of a segmented upload: what was stored of it so far. */
  private final List<CommitDocument.Segment> segments = new ArrayList<>();

  /** Of a resumed one: the object that the first segment takes the place of. */
  private @Nullable ObjectKey replaced;

  RemoteUpload(
      UploadContext context, SourceSession source, RemoteSession remote, Action.Upload action) {
    this.context = context;
    this.source = source;
    this.remote = remote;
    this.action = action;
    this.target = source.target(remote.id());
  }

  Action.Upload action() {
    return action;
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

  /** The whole chain of the send parent is listed, and still there (invariant 3). */
  void requireAncestors() throws RemoteException, InterruptedException {
    ancestors = ancestorsOnRemote();
    requireAncestorsStillThere();
  }

  private List<StoredBackup> ancestorsOnRemote() throws RemoteException {
    List<StoredBackup> chain = new ArrayList<>();
    Set<UUID> visited = new HashSet<>();
    var next = action.identity().sendParent();
    while (next != null) {
      var missing = next;
      var ancestor =
          remote
              .known(action.source(), missing)
              .filter(_ -> visited.add(missing))
              .orElseThrow(() -> chainIsBroken(missing));
      chain.add(ancestor);
      next = ancestor.identity().sendParent();
    }
    return chain;
  }

  /** Their segments too, which only a listing shows. */
  private void requireAncestorsIn(Catalog listed) throws RemoteException {
    var keys = listed.backups().stream().map(StoredBackup::key).collect(Collectors.toSet());
    for (var ancestor : ancestors) {
      if (!keys.contains(ancestor.key())) {
        throw chainIsBroken(ancestor.uuid());
      }
    }
  }

  private void requireAncestorsStillThere() throws RemoteException, InterruptedException {
    for (var ancestor : ancestors) {
      if (store().find(ancestor.key()).isEmpty()) {
        throw chainIsBroken(ancestor.uuid());
      }
    }
  }

  private RemoteException chainIsBroken(UUID missing) {
    return new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "backup "
            + action.identity().uuid()
            + " needs backup "
            + missing
            + ", which is not there any more; the next run uploads what is missing");
  }

  /** The only object of a backup that is not segmented. */
  NewObject wholeObject(long estimate) {
    var key = wholeKey();
    return new NewObject(
        key,
        metadata(),
        estimate,
        remote.isReplaceable(key) ? NewObject.Predecessor.REPLACED : NewObject.Predecessor.NONE);
  }

  private ObjectKey wholeKey() {
    return new ObjectKey(
        BackupKey.encode(
            source.setup().base(), action.identity(), context.zone(), encoding().keySuffixes()));
  }

  private Map<String, String> metadata() {
    return new BackupMetadata(action.identity(), encoding().description(), context.toolVersion())
        .toMap();
  }

  /** After everything of the stream was stored, or is pending and whole. */
  void commitWhole(PendingPiece piece, long streamBytes)
      throws RemoteException, InterruptedException {
    try {
      committed(piece.commit(), streamBytes);
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.CONFLICT
          || remote.isReplaceable(wholeKey())
          || !isSameBackup()) {
        throw e;
      }
      context.listener().on(new UpdateEvent.UploadRedundant(action));
    }
    requireAncestorsStillThere();
    removeAttempts(remote.unfinished(action.identity()));
  }

  private void committed(StoredObject object, long streamBytes) {
    tellCommitted(whole(object), streamBytes);
  }

  private StoredBackup whole(StoredObject object) {
    var known = (ParsedKey.Known) BackupKey.decode(object.key().value());
    return Catalog.oneObject(object, known);
  }

  private void tellCommitted(StoredBackup backup, long streamBytes) {
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
    var found = store().find(wholeKey());
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
   * An object of a segmented backup.
   *
   * @param estimate bytes of the send stream in it
   */
  NewObject segment(Attempt attempt, SegmentPosition position, long estimate) {
    var metadata = new HashMap<>(metadata());
    metadata.putAll(
        new SegmentMetadata(
                attempt,
                position.rawOffset(),
                position.rawPrefixSha256(),
                position.segmentBytes(),
                encoding().recipientIds(),
                options().sendOptions(),
                segments.isEmpty() ? null : segments.getLast().content())
            .toMap());
    var key = segmentKey(attempt, segments.size());
    return new NewObject(
        key,
        metadata,
        estimate,
        replaced == null ? NewObject.Predecessor.NONE : NewObject.Predecessor.GONE_AT_COMMIT);
  }

  private ObjectKey segmentKey(Attempt attempt, int number) {
    return new ObjectKey(
        BackupKey.encodeSegment(
            source.setup().base(),
            action.identity(),
            context.zone(),
            attempt,
            number,
            encoding().keySuffixes()));
  }

  void commitSegment(PendingPiece piece, long rawOffset, long rawLength)
      throws RemoteException, InterruptedException {
    if (replaced != null) {
      // Not before: until its successor is whole, it is what the next run would go on after.
      SegmentRemoval.remove(remote, List.of(List.of(replaced)));
      replaced = null;
    }
    var object = piece.commit();
    segments.add(
        new CommitDocument.Segment(
            lastComponent(object.key()),
            new StoredContent(object.size(), piece.sha256()),
            rawOffset,
            rawLength));
  }

  static String lastComponent(ObjectKey key) {
    return key.value().substring(key.value().lastIndexOf('/') + 1);
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

  /**
   * Takes over what an interrupted run stored, and removes what cannot be trusted of it, but for
   * the segment that is sent again first.
   *
   * @throws RemoteException if nothing may be removed, too: then nothing was changed
   */
  void resume(ResumePoint point) throws RemoteException, InterruptedException {
    var later = point.obsolete().subList(1, point.obsolete().size());
    // Better to learn now that deleting is not allowed than when a segment was sent.
    var probe = List.of(segmentKey(point.attempt(), BackupKey.MAX_SEGMENTS - 1));
    SegmentRemoval.remove(remote, List.of(later.isEmpty() ? probe : later));
    segments.clear();
    segments.addAll(point.before());
    replaced = point.obsolete().getFirst();
  }

  /** After all segments: checks that they are there, and makes a backup of them. */
  void commitSegments(Attempt attempt, SegmentPosition end)
      throws RemoteException, InterruptedException {
    var listed = remote.list();
    requireAncestorsIn(listed);
    var stored = requireWhole(listed, attempt);
    var key =
        new ObjectKey(
            BackupKey.encodeCommit(
                source.setup().base(),
                action.identity(),
                context.zone(),
                attempt,
                segments.size()));
    var json = CommitJson.write(document(attempt, end));
    CommitSignature.store(store(), key, json, encoding().signer(), metadata(), false);
    try (var pending = store().create(new NewObject(key, metadata(), json.length))) {
      pending.write(json, 0, json.length);
      var object = pending.commit();
      var backup =
          new StoredBackup(
              object.key(),
              label(object.key()),
              encoding().keySuffixes(),
              stored.size(),
              object.storageClass(),
              stored);
      tellCommitted(backup, end.rawOffset());
    }
    requireAncestorsStillThere();
    removeOtherAttempts(listed, attempt);
  }

  private CommitDocument document(Attempt attempt, SegmentPosition end) {
    return new CommitDocument(
        action.identity(),
        attempt,
        encoding().description(),
        encoding().recipientIds(),
        options().sendOptions(),
        end.segmentBytes(),
        segments,
        end.rawOffset(),
        end.rawPrefixSha256());
  }

  private static BackupLabel label(ObjectKey commit) {
    return ((ParsedKey.Commit) BackupKey.decode(commit.value())).label();
  }

  private Segments requireWhole(Catalog listed, Attempt attempt) throws RemoteException {
    for (var unfinished : listed.unfinished()) {
      if (isOurs(unfinished)
          && unfinished.attempt().equals(attempt)
          && sizes(unfinished.parts())
              .equals(segments.stream().map(segment -> segment.content().size()).toList())) {
        return unfinished.parts();
      }
    }
    throw new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "segments of backup "
            + action.identity().uuid()
            + " vanished while it was uploaded; the next run sends them again");
  }

  private static List<Long> sizes(Segments parts) {
    return parts.segments().stream().map(segment -> segment.size()).toList();
  }

  private boolean isOurs(UnfinishedBackup unfinished) {
    return unfinished.identity().uuid().equals(action.identity().uuid())
        && unfinished.source().equals(action.source());
  }

  private void removeOtherAttempts(Catalog listed, Attempt attempt) throws InterruptedException {
    removeAttempts(
        listed.unfinished().stream()
            .filter(this::isOurs)
            .filter(unfinished -> !unfinished.attempt().equals(attempt))
            .toList());
  }

  /** What could not be resumed is of no use any more. That it stays for now is no failure. */
  private void removeAttempts(List<UnfinishedBackup> attempts) throws InterruptedException {
    for (var unfinished : attempts) {
      try {
        SegmentRemoval.remove(remote, unfinished.parts().deletionSteps());
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
