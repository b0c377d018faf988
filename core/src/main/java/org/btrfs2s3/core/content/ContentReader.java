package org.btrfs2s3.core.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.List;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Reads the send streams of the backups of one remote. What it hands on is not verified as a send
 * stream: that is up to the target. Bounded by the pipes of {@link Pipeline}. Safe for use by
 * several threads.
 */
public final class ContentReader {

  /** Enough for the first bytes by which a format is known, and for few system calls. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final BackupStore store;
  private final ObjectDecoder decoder;
  private final Signers signers;

  public ContentReader(BackupStore store, ContentKeys keys, ContentFilters filters) {
    this.store = store;
    this.decoder = new ObjectDecoder(keys, filters);
    this.signers = keys.signers();
  }

  /**
   * Lets the send stream of a backup flow into a target. Returns only after everything was read to
   * its end and authenticated as far as its encoding allows; of a segmented backup also lengths and
   * hash are those that its commit object tells. Where signers are required, everything was signed
   * by one of them, the commit object too. Until then nothing that was handed on is to be trusted.
   *
   * @return bytes of the send stream
   * @throws IOException if anything of it is not as it should be; the message names the cause
   */
  public long read(StoredBackup backup, PipelineTarget target)
      throws IOException, InterruptedException {
    return read(backup, target, (_, stored) -> stored);
  }

  /** The same, with a look at what is stored. */
  public long read(StoredBackup backup, PipelineTarget target, StoredTap tap)
      throws IOException, InterruptedException {
    var parts = backup.parts();
    return parts == null
        ? readObject(backup, backup.key(), target, tap)
        : readSegments(backup, parts, target, tap);
  }

  private long readSegments(
      StoredBackup backup, Segments parts, PipelineTarget target, StoredTap tap)
      throws IOException, InterruptedException {
    var document = CommitObject.read(store, backup, parts, signers);
    var hash = new RawHash(parts.attempt());
    PipelineTarget hashed =
        (bytes, offset, length) -> {
          hash.update(bytes, offset, length);
          target.write(bytes, offset, length);
        };
    for (int i = 0; i < parts.segments().size(); i++) {
      var key = parts.segments().get(i).key();
      long expected = document.segments().get(i).rawLength();
      long length = readObject(backup, key, hashed, tap);
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

  /**
   * What one object was found to hold.
   *
   * @param stored its bytes as they are stored
   * @param rawLength bytes of the send stream in it
   */
  public record SegmentContent(StoredContent stored, long rawLength) {}

  /**
   * Lets what one segment holds flow into a target, whether a commit object tells of it or not.
   *
   * @param contentSuffixes what its content is, as its key says
   */
  public SegmentContent readSegment(
      List<String> contentSuffixes, ObjectKey key, PipelineTarget target)
      throws IOException, InterruptedException {
    try (var object = new HashedInput(store.open(key, 0))) {
      var lengths = Pipeline.run(object, decoder.ofSegment(contentSuffixes), target);
      return new SegmentContent(object.content(), lengths.out());
    }
  }

  private long readObject(StoredBackup backup, ObjectKey key, PipelineTarget target, StoredTap tap)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(tap.around(key, store.open(key, 0)), BUFFER_BYTES)) {
      return Pipeline.run(object, decoder.stages(backup, object), target).out();
    }
  }
}
