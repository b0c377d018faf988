package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts a stream into segments on each remote that takes part, after each of which an interrupted
 * upload can be resumed. For one thread.
 */
final class SegmentedUpload {

  private final ActiveUploads uploads;
  private final Map<RemoteUpload, RemoteAttempt> attempts;
  private final long segmentBytes;
  private final long estimate;

  /**
   * @param attempts one of each remote
   * @param segmentBytes of the send stream in each segment but the last
   * @param estimate bytes of the whole send stream
   */
  SegmentedUpload(
      ActiveUploads uploads, List<RemoteAttempt> attempts, long segmentBytes, long estimate) {
    this.uploads = uploads;
    this.attempts =
        attempts.stream()
            .collect(Collectors.toUnmodifiableMap(RemoteAttempt::upload, Function.identity()));
    this.segmentBytes = segmentBytes;
    this.estimate = estimate;
  }

  /** From where the stream is to its end, or until no remote is left. */
  void flow(SnapshotStream stream) throws IOException, InterruptedException {
    do {
      var position = position(stream);
      long expected = Math.min(segmentBytes, Math.max(0, estimate - position.rawOffset()));
      try (var piece = new SharedPiece(uploads, true)) {
        piece.flow(stream, segmentBytes, upload -> of(upload).next(position, expected));
        long length = stream.position() - position.rawOffset();
        uploads.storeOnEach(
            upload -> of(upload).store(piece.of(upload), position.rawOffset(), length));
      }
      uploads.settled();
    } while (!uploads.isEmpty() && !stream.isAtEnd());
  }

  /** After the stream's end: makes a backup of what was stored of it. */
  void commit(SnapshotStream stream) throws InterruptedException {
    var end = position(stream);
    uploads.commitOnEach(upload -> of(upload).commit(end));
  }

  private SegmentPosition position(SnapshotStream stream) {
    return new SegmentPosition(stream.position(), stream.hashSoFar(), segmentBytes);
  }

  private RemoteAttempt of(RemoteUpload upload) {
    return Objects.requireNonNull(attempts.get(upload));
  }
}
