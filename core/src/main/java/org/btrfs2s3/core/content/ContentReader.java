package org.btrfs2s3.core.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.Stage;
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

  private final ObjectSource objects;
  private final ObjectDecoder decoder;
  private final Signers signers;
  private final ToldLengths told;

  public ContentReader(BackupStore store, ContentKeys keys, ContentFilters filters) {
    this(
        key -> store.open(key, 0),
        new ObjectDecoder(keys, filters),
        keys.signers(),
        new ToldLengths());
  }

  private ContentReader(
      ObjectSource objects, ObjectDecoder decoder, Signers signers, ToldLengths told) {
    this.objects = objects;
    this.decoder = decoder;
    this.signers = signers;
    this.told = told;
  }

  /** The same, but with the objects that were fetched ahead; for one thread. */
  public ContentReader through(ReadAhead ahead) {
    return new ContentReader(ahead::open, decoder, signers, told);
  }

  /**
   * Unlocks the keys, if one of these is encrypted: before hours of reading, and while nobody minds
   * being asked for a passphrase.
   *
   * @throws IOException if they cannot be unlocked; the message names the file of the key
   */
  public void unlockFor(Collection<StoredBackup> backups) throws IOException {
    decoder.unlockFor(backups);
  }

  /** The ids of the keys of which one must have signed what is read; none if nobody has to. */
  public List<String> signerIds() {
    return signers.isRequired() ? signers.keyIds() : List.of();
  }

  /** Every object that is opened to read a backup, in this order. */
  public static List<ObjectKey> objectsOf(StoredBackup backup) {
    return backup.parts() == null
        ? List.of(backup.key())
        : Stream.concat(Stream.of(backup.key()), backup.contentKeys().stream()).toList();
  }

  /** Those that the next reading of a backup opens, where its length may have been asked for. */
  public List<ObjectKey> objectsToRead(StoredBackup backup) {
    return told.has(backup) ? backup.contentKeys() : objectsOf(backup);
  }

  /**
   * How many bytes the send stream of a backup has, where the remote tells that: a segmented
   * backup's commit object does, and is fetched for it; not once more when the backup is read next.
   */
  public OptionalLong streamLength(StoredBackup backup) throws IOException, InterruptedException {
    var parts = backup.parts();
    if (parts == null) {
      return OptionalLong.empty();
    }
    var document = CommitObject.read(objects, backup, parts, signers);
    told.keep(backup, document);
    return OptionalLong.of(document.rawLength());
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

  /**
   * The stages that turn one object of a backup into its part of the send stream.
   *
   * @param object at its first byte; read from without moving it
   * @throws UndecodableException if nothing tells how it is to be decoded
   */
  public List<Stage> decoding(StoredBackup backup, BufferedInputStream object) throws IOException {
    return decoder.stages(backup, object);
  }

  /**
   * What a segmented backup's commit object says, which agrees with the listing.
   *
   * @throws IOException if it does not, or cannot be read
   */
  public CommitDocument commitDocument(StoredBackup backup)
      throws IOException, InterruptedException {
    var parts = backup.parts();
    if (parts == null) {
      throw new IllegalArgumentException("not segmented: " + backup.key());
    }
    return CommitObject.read(objects, backup, parts, signers);
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
    var kept = told.take(backup);
    var document = kept == null ? CommitObject.read(objects, backup, parts, signers) : kept;
    var hash = new RawHash(parts.attempt());
    PipelineTarget hashed =
        (bytes, offset, length) -> {
          hash.update(bytes, offset, length);
          target.write(bytes, offset, length);
        };
    for (int i = 0; i < parts.segments().size(); i++) {
      var key = parts.segments().get(i).key();
      long expected = document.segments().get(i).rawLength();
      long length = readPart(backup, key, hashed, tap);
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
    try (var object = new HashedInput(objects.open(key))) {
      var lengths = Pipeline.run(object, decoder.ofSegment(key, contentSuffixes), target);
      return new SegmentContent(object.content(), lengths.out());
    }
  }

  private long readPart(StoredBackup backup, ObjectKey key, PipelineTarget target, StoredTap tap)
      throws IOException, InterruptedException {
    try {
      return readObject(backup, key, target, tap);
    } catch (PipelineException e) {
      throw e.in("segment " + key);
    }
  }

  private long readObject(StoredBackup backup, ObjectKey key, PipelineTarget target, StoredTap tap)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(tap.around(key, objects.open(key)), BUFFER_BYTES)) {
      return Pipeline.run(object, decoder.stages(backup, object), target).out();
    }
  }
}
