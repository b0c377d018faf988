package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectDetails;
import org.jspecify.annotations.Nullable;

/**
 * Reads every segment of an attempt and finds out what its commit object has to say. The stream
 * must be whole, undamaged to its END and that of the backup; and each segment's metadata must
 * agree with what was read before it. Used once.
 */
final class AttemptVerification {

  private final BackupStore store;
  private final ContentReader reader;
  private final BackupIdentity identity;
  private final Segments parts;
  private final SendStreamVerifier verifier;
  private final RawHash hash;
  private final List<CommitDocument.Segment> segments = new ArrayList<>();
  private long offset;

  AttemptVerification(
      BackupStore store, ContentReader reader, BackupIdentity identity, Segments parts) {
    this.store = store;
    this.reader = reader;
    this.identity = identity;
    this.parts = parts;
    this.verifier =
        SendStreamVerifier.expecting(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()));
    this.hash = new RawHash(parts.attempt());
  }

  /**
   * Reads.
   *
   * @throws IOException if it is no whole backup; the message says why not
   */
  CommitDocument read(List<String> contentSuffixes) throws IOException, InterruptedException {
    if (parts.segments().isEmpty() || parts.withoutHole() != parts.segments().size()) {
      throw new IOException("of its segments number %d is missing".formatted(parts.withoutHole()));
    }
    PipelineTarget target =
        (bytes, from, length) -> {
          verifier.update(bytes, from, length);
          hash.update(bytes, from, length);
        };
    var firstDetails = details(parts.segments().getFirst());
    var first = metadata(firstDetails);
    for (var segment : parts.segments()) {
      requireAgreement(segment, first);
      var content = reader.readSegment(contentSuffixes, segment.key(), target);
      if (content.stored().size() != segment.size()) {
        throw new IOException(
            "%s has %d bytes, but %d were listed"
                .formatted(segment.key(), content.stored().size(), segment.size()));
      }
      segments.add(
          new CommitDocument.Segment(
              segment.key().lastComponent(), content.stored(), offset, content.rawLength()));
      offset += content.rawLength();
    }
    verifier.finish();
    return new CommitDocument(
        identity,
        parts.attempt(),
        BackupMetadata.encodingIn(firstDetails.metadata())
            .orElseThrow(() -> noMetadata(firstDetails)),
        first.recipients(),
        first.sendOptions(),
        first.segmentBytes(),
        segments,
        offset,
        hash.soFar());
  }

  private ObjectDetails details(SegmentObject segment) throws IOException, InterruptedException {
    return store
        .find(segment.key())
        .orElseThrow(() -> new IOException("segment " + segment.key() + " is not there any more"));
  }

  private static SegmentMetadata metadata(ObjectDetails details) throws IOException {
    return SegmentMetadata.in(details.metadata()).orElseThrow(() -> noMetadata(details));
  }

  private static IOException noMetadata(ObjectDetails details) {
    return new IOException(
        "segment " + details.object().key() + " has lost the metadata that say how it was made");
  }

  private void requireAgreement(SegmentObject segment, SegmentMetadata first)
      throws IOException, InterruptedException {
    var details = details(segment);
    var told = BackupMetadata.identityIn(details.metadata());
    var expected =
        new SegmentMetadata(
            parts.attempt(),
            offset,
            hash.soFar(),
            first.segmentBytes(),
            first.recipients(),
            first.sendOptions(),
            previous());
    if (told.isPresent() && !told.get().equals(identity)) {
      throw new IOException("segment " + segment.key() + " says that it is of another backup");
    }
    if (!metadata(details).equals(expected)) {
      throw new IOException(
          "segment "
              + segment.key()
              + " does not follow the ones before it: its metadata tell of another stream");
    }
  }

  private @Nullable StoredContent previous() {
    return segments.isEmpty() ? null : segments.getLast().content();
  }
}
