package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitObject;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * One remote's side of a segmented upload: describes the segments, remembers what was stored, and
 * makes a backup of them with a commit object. For one thread at a time.
 *
 * <p>Any method may fail with a {@link RemoteException}; what is stored stays then, for a later
 * attempt to resume.
 */
final class RemoteAttempt {

  private final RemoteUpload upload;
  private final Attempt attempt;

  /** What was stored so far. */
  private final List<CommitDocument.Segment> segments;

  /** Of a resumed one: the object that the next segment takes the place of. */
  private @Nullable ObjectKey replaced;

  private RemoteAttempt(
      RemoteUpload upload,
      Attempt attempt,
      List<CommitDocument.Segment> stored,
      @Nullable ObjectKey replaced) {
    this.upload = upload;
    this.attempt = attempt;
    this.segments = new ArrayList<>(stored);
    this.replaced = replaced;
  }

  /** One of which nothing is stored yet. */
  static RemoteAttempt begin(RemoteUpload upload, Attempt attempt) {
    return new RemoteAttempt(upload, attempt, List.of(), null);
  }

  /**
   * Takes over what an interrupted run stored, and removes what cannot be trusted of it, but for
   * the segment that is sent again first.
   *
   * @throws RemoteException if nothing may be removed, too: then nothing was changed
   */
  static RemoteAttempt resume(RemoteUpload upload, ResumePoint point)
      throws RemoteException, InterruptedException {
    var later = point.obsolete().subList(1, point.obsolete().size());
    // Better to learn now that deleting is not allowed than when a segment was sent.
    var probe = List.of(upload.names().segment(point.attempt(), BackupKey.MAX_SEGMENTS - 1));
    SegmentRemoval.remove(upload.remote(), List.of(later.isEmpty() ? probe : later));
    return new RemoteAttempt(upload, point.attempt(), point.before(), point.obsolete().getFirst());
  }

  RemoteUpload upload() {
    return upload;
  }

  /**
   * The object of the next segment.
   *
   * @param position where it begins
   * @param estimate bytes of the send stream in it
   */
  NewObject next(SegmentPosition position, long estimate) {
    var metadata = new HashMap<>(upload.metadata());
    metadata.putAll(
        new SegmentMetadata(
                attempt,
                position.rawOffset(),
                position.rawPrefixSha256(),
                position.segmentBytes(),
                upload.encoding().recipientIds(),
                upload.options().sendOptions(),
                segments.isEmpty() ? null : segments.getLast().content())
            .toMap());
    return new NewObject(
        upload.names().segment(attempt, segments.size()),
        metadata,
        estimate,
        replaced == null ? NewObject.Predecessor.NONE : NewObject.Predecessor.GONE_AT_COMMIT);
  }

  /** Commits the segment that is pending: everything of it was written. */
  void store(PendingPiece piece, long rawOffset, long rawLength)
      throws RemoteException, InterruptedException {
    if (replaced != null) {
      // Not before: until its successor is whole, it is what the next run would go on after.
      SegmentRemoval.remove(upload.remote(), List.of(List.of(replaced)));
      replaced = null;
    }
    var object = piece.commit();
    segments.add(
        new CommitDocument.Segment(
            object.key().lastComponent(),
            new StoredContent(object.size(), piece.sha256()),
            rawOffset,
            rawLength));
  }

  /** After all segments: checks that they are there, and makes a backup of them. */
  void commit(SegmentPosition end) throws RemoteException, InterruptedException {
    var listed = upload.remote().list();
    upload.ancestors().requireIn(listed);
    var stored = requireWhole(listed);
    var key = upload.names().commit(attempt, segments.size());
    var object =
        CommitObject.store(
            upload.store(),
            key,
            document(end),
            upload.encoding().signer(),
            upload.metadata(),
            NewObject.Predecessor.NONE);
    var backup =
        new StoredBackup(
            object.key(),
            label(object.key()),
            upload.encoding().keySuffixes(),
            stored.size(),
            object.storageClass(),
            stored);
    upload.committed(backup, end.rawOffset());
    upload.ancestors().requireStillThere();
    removeOthers(listed);
  }

  private CommitDocument document(SegmentPosition end) {
    return new CommitDocument(
        upload.action().identity(),
        attempt,
        upload.encoding().description(),
        upload.encoding().recipientIds(),
        upload.options().sendOptions(),
        end.segmentBytes(),
        segments,
        end.rawOffset(),
        end.rawPrefixSha256());
  }

  private static BackupLabel label(ObjectKey commit) {
    return ((ParsedKey.Commit) BackupKey.decode(commit.value())).label();
  }

  private Segments requireWhole(Catalog listed) throws RemoteException {
    var sizes = segments.stream().map(segment -> segment.content().size()).toList();
    for (var unfinished : listed.unfinished()) {
      if (upload.isAttempt(unfinished)
          && unfinished.attempt().equals(attempt)
          && sizes(unfinished.parts()).equals(sizes)) {
        return unfinished.parts();
      }
    }
    throw new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "segments of backup "
            + upload.action().identity().uuid()
            + " vanished while it was uploaded; the next run sends them again");
  }

  private static List<Long> sizes(Segments parts) {
    return parts.segments().stream().map(SegmentObject::size).toList();
  }

  private void removeOthers(Catalog listed) throws InterruptedException {
    upload.removeAttempts(
        listed.unfinished().stream()
            .filter(upload::isAttempt)
            .filter(unfinished -> !unfinished.attempt().equals(attempt))
            .toList());
  }
}
