package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitObject;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;

/**
 * Encodes the segments of one backup anew, then commits them. What an earlier run left of that is
 * read, and counts only if it holds what the original gives. Used once, by one thread.
 */
final class SegmentedReencoding {
  private final Remotes remotes;
  private final Transcoding transcoding;
  private final StoredBackup backup;
  private final Encoding encoding;
  private final CommitDocument document;
  private final Attempt attempt;
  private final StreamCheck check;
  private final RawHash hash;
  private final List<CommitDocument.Segment> segments = new ArrayList<>();

  /**
   * Nothing is read yet.
   *
   * @param document the original's commit object
   * @param attempt what the new segments are named after
   */
  SegmentedReencoding(
      Remotes remotes, Transcoding transcoding, CommitDocument document, Attempt attempt) {
    this.remotes = remotes;
    this.transcoding = transcoding;
    this.backup = transcoding.backup();
    this.encoding = transcoding.encoding();
    this.document = document;
    this.attempt = attempt;
    this.check = new StreamCheck(backup.identity(), document);
    this.hash = new RawHash(attempt);
  }

  StoredBackup run(Segments parts) throws IOException, InterruptedException {
    for (int i = 0; i < parts.segments().size(); i++) {
      encode(i, remotes.source(parts.segments().get(i).key()), document.segments().get(i));
    }
    var arrival = new Arrival(to());
    arrival.requireSegments(segments);
    try {
      commit();
    } catch (RemoteException e) {
      throw explained(e);
    }
    return arrival.listed(commitKey());
  }

  private void encode(int number, StoredObject source, CommitDocument.Segment original)
      throws IOException, InterruptedException {
    var key = segmentKey(number);
    var metadata = segmentMetadata(original.rawOffset());
    var there = remotes.there(key);
    StoredContent content;
    if (there != null) {
      requireOurs(key, metadata);
      content = proven(there, number, source);
    } else {
      Map<String, String> all = new HashMap<>(transcoding.metadata());
      all.putAll(metadata.toMap());
      var written =
          transcoding.write(
              source,
              new NewObject(key, all, original.rawLength()),
              this::follow,
              () -> check.endOfObject(number));
      content = new StoredContent(written.object().size(), written.sha256());
    }
    segments.add(
        new CommitDocument.Segment(
            key.lastComponent(), content, original.rawOffset(), original.rawLength()));
  }

  /**
   * What an earlier run left: it must decode to what the source gives at this place. One is read
   * after the other, so that no more than a hash is kept.
   */
  private StoredContent proven(StoredObject there, int number, StoredObject source)
      throws IOException, InterruptedException {
    var found =
        new FoundSegment(transcoding.setup().to().reader(), encoding.keySuffixes(), there).decode();
    var wanted = new Sha256();
    transcoding.read(
        source,
        (bytes, offset, length) -> {
          follow(bytes, offset, length);
          wanted.update(bytes, offset, length);
        });
    check.endOfObject(number);
    if (!found.sha256().equals(wanted.soFar())) {
      throw FoundSegment.inTheWay(there.key(), "it holds something else", null);
    }
    return found.stored();
  }

  private void follow(byte[] bytes, int offset, int length) throws IOException {
    check.update(bytes, offset, length);
    hash.update(bytes, offset, length);
  }

  private ObjectKey segmentKey(int number) {
    return new ObjectKey(
        BackupKey.encodeSegment(
            backup.label().base(),
            backup.identity(),
            backup.label().offset(),
            attempt,
            number,
            encoding.keySuffixes()));
  }

  private SegmentMetadata segmentMetadata(long rawOffset) {
    return new SegmentMetadata(
        attempt,
        rawOffset,
        hash.soFar(),
        document.segmentBytes(),
        encoding.recipientIds(),
        document.sendOptions(),
        segments.isEmpty() ? null : segments.getLast().content());
  }

  private void requireOurs(ObjectKey key, SegmentMetadata expected)
      throws RemoteException, InterruptedException {
    var told = to().find(key).flatMap(found -> SegmentMetadata.in(found.metadata()));
    if (told.isEmpty() || !told.get().equals(expected)) {
      throw FoundSegment.inTheWay(key, "no earlier run of this kind made it", null);
    }
  }

  private ObjectKey commitKey() {
    return new ObjectKey(
        BackupKey.encodeCommit(
            backup.label().base(),
            backup.identity(),
            backup.label().offset(),
            attempt,
            segments.size()));
  }

  private void commit() throws RemoteException, InterruptedException {
    var written =
        new CommitDocument(
            backup.identity(),
            attempt,
            encoding.description(),
            encoding.recipientIds(),
            document.sendOptions(),
            document.segmentBytes(),
            segments,
            document.rawLength(),
            hash.soFar());
    CommitObject.store(
        to(),
        commitKey(),
        written,
        encoding.signer(),
        transcoding.metadata(),
        NewObject.Predecessor.NONE);
  }

  /** It tells of the segments that were there before some of them were lost and made anew. */
  private RemoteException explained(RemoteException e) {
    return e.kind() != RemoteException.Kind.CONFLICT
        ? e
        : new RemoteException(
            e.kind(),
            "%s; its segments are all there now, and whole: btrfs2s3 repair --remote %s --commit %s"
                    .formatted(e.getMessage(), transcoding.setup().to().id(), backup.uuid())
                + " writes it anew",
            e);
  }

  private BackupStore to() {
    return transcoding.setup().to().store();
  }
}
