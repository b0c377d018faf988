package org.btrfs2s3.core.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Objects;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Reads the send streams of the backups of one remote. What it hands on is not verified as a send
 * stream: that is up to the target. Bounded by the pipes of {@link Pipeline}. Safe for use by
 * several threads.
 */
public final class ContentReader {

  /** Enough for the first bytes by which a format is known, and for few system calls. */
  private static final int BUFFER_BYTES = 1 << 16;

  /** A segment's entry in a commit object has less, and everything else in it, too. */
  private static final long COMMIT_BYTES_PER_SEGMENT = 2048;

  private final BackupStore store;
  private final ObjectDecoder decoder;

  public ContentReader(BackupStore store, ContentKeys keys, ContentFilters filters) {
    this.store = store;
    this.decoder = new ObjectDecoder(keys, filters);
  }

  /**
   * Lets the send stream of a backup flow into a target. Returns only after everything was read to
   * its end and authenticated as far as its encoding allows; of a segmented backup also lengths and
   * hash are those that its commit object tells. Until then nothing that was handed on is to be
   * trusted.
   *
   * @return bytes of the send stream
   * @throws IOException if anything of it is not as it should be; the message names the cause
   */
  public long read(StoredBackup backup, PipelineTarget target)
      throws IOException, InterruptedException {
    var parts = backup.parts();
    return parts == null
        ? readObject(backup, backup.key(), target)
        : readSegments(backup, parts, target);
  }

  private long readSegments(StoredBackup backup, Segments parts, PipelineTarget target)
      throws IOException, InterruptedException {
    var document = commitDocument(backup, parts);
    var hash = new RawHash(parts.attempt());
    PipelineTarget hashed =
        (bytes, offset, length) -> {
          hash.update(bytes, offset, length);
          target.write(bytes, offset, length);
        };
    for (int i = 0; i < parts.segments().size(); i++) {
      var key = parts.segments().get(i).key();
      long expected = document.segments().get(i).rawLength();
      long length = readObject(backup, key, hashed);
      if (length != expected) {
        throw new IOException(
            "%s holds %d bytes of the stream, not %d as its commit object says"
                .formatted(key, length, expected));
      }
    }
    if (!hash.soFar().equals(document.rawSha256())) {
      throw new IOException("the segments do not make the stream that the commit object tells of");
    }
    return document.rawLength();
  }

  private long readObject(StoredBackup backup, ObjectKey key, PipelineTarget target)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(store.open(key, 0), BUFFER_BYTES)) {
      return Pipeline.run(object, decoder.stages(backup, object), target).out();
    }
  }

  /** What a segmented backup's commit object says, which agrees with the listing. */
  private CommitDocument commitDocument(StoredBackup backup, Segments parts)
      throws IOException, InterruptedException {
    long limit = COMMIT_BYTES_PER_SEGMENT * (parts.segments().size() + 1L);
    CommitDocument document;
    try (var object = store.open(backup.key(), 0)) {
      document = CommitJson.read(object.readNBytes((int) Math.min(limit, Integer.MAX_VALUE)));
    } catch (IOException e) {
      throw new IOException("cannot use its commit object: " + e.getMessage(), e);
    }
    if (!agrees(document, backup, parts)) {
      throw new IOException("its commit object is that of another backup, or of other segments");
    }
    return document;
  }

  private static boolean agrees(CommitDocument document, StoredBackup backup, Segments parts) {
    var told = document.identity();
    var identity = backup.identity();
    return told.uuid().equals(identity.uuid())
        && told.source().equals(identity.source())
        && Objects.equals(told.sendParent(), identity.sendParent())
        && told.ctransid().equals(identity.ctransid())
        && document.attempt().equals(parts.attempt())
        && document.segments().stream()
            .map(segment -> segment.name() + " " + segment.content().size())
            .toList()
            .equals(parts.segments().stream().map(ContentReader::nameAndSize).toList());
  }

  private static String nameAndSize(SegmentObject segment) {
    var key = segment.key().value();
    return key.substring(key.lastIndexOf('/') + 1) + " " + segment.size();
  }
}
