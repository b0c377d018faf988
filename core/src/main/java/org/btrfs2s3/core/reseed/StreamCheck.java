package org.btrfs2s3.core.reseed;

import java.io.IOException;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Follows the send stream of one backup through all its objects: it must be a whole and undamaged
 * one of the snapshot that the keys name, and be cut as the commit object says. For one thread at a
 * time.
 */
final class StreamCheck {
  private final SendStreamVerifier verifier;
  private final @Nullable CommitDocument document;
  private final @Nullable RawHash hash;
  private long position;

  /**
   * @param document null if the backup is in one object
   */
  StreamCheck(BackupIdentity identity, @Nullable CommitDocument document) {
    this.verifier = SendStreamVerifier.expecting(expected(identity));
    this.document = document;
    this.hash = document == null ? null : new RawHash(document.attempt());
  }

  static StreamIdentity expected(BackupIdentity identity) {
    return new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent());
  }

  void update(byte[] bytes, int offset, int length) throws SendStreamException {
    verifier.update(bytes, offset, length);
    if (hash != null) {
      hash.update(bytes, offset, length);
    }
    position += length;
  }

  /** After all of an object was decoded, and before its copy is committed. */
  void endOfObject(int number) throws IOException {
    boolean last = document == null || number == document.segments().size() - 1;
    if (document != null) {
      var segment = document.segments().get(number);
      long end = segment.rawOffset() + segment.rawLength();
      if (position != end) {
        throw new IOException(
            "%s ends at byte %d of the stream, not at %d as its commit object says"
                .formatted(segment.name(), position, end));
      }
    }
    if (last) {
      verifier.finish();
      requireHash();
    }
  }

  private void requireHash() throws IOException {
    if (document != null && hash != null && !hash.soFar().equals(document.rawSha256())) {
      throw new IOException("the segments do not make the stream that the commit object tells of");
    }
  }
}
