package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Looks for an interrupted attempt of an upload that can be resumed. Each of its segments must be
 * of the same stream, encoded as today's would be, and agree with the one before.
 */
final class ResumeSearch {

  private final RemoteUpload upload;

  ResumeSearch(RemoteUpload upload) {
    this.upload = upload;
  }

  /**
   * The longest first.
   *
   * @throws RemoteException also {@code INTEGRITY} if an attempt is no interrupted one
   */
  List<ResumePoint> find() throws RemoteException, InterruptedException {
    List<ResumePoint> points = new ArrayList<>();
    if (upload.remote().isContentDamaged(upload.action().identity().uuid())) {
      // It may be what a repair left of the very object that is damaged.
      return points;
    }
    for (var candidate : upload.remote().unfinished(upload.action().identity())) {
      HiddenParts.requireNone(upload.remote(), candidate);
      point(candidate).ifPresent(points::add);
    }
    points.sort(
        Comparator.comparing((ResumePoint point) -> -point.position().rawOffset())
            .thenComparing(ResumePoint::attempt));
    return points;
  }

  private Optional<ResumePoint> point(UnfinishedBackup attempt)
      throws RemoteException, InterruptedException {
    List<SegmentMetadata> chain = new ArrayList<>();
    for (var segment : attempt.parts().segments().subList(0, attempt.parts().withoutHole())) {
      var metadata = upload.store().find(segment.key()).flatMap(found -> trusted(found, segment));
      if (metadata.isEmpty() || !follows(attempt, chain, metadata.get())) {
        break;
      }
      chain.add(metadata.get());
    }
    return chain.isEmpty() ? Optional.empty() : Optional.of(point(attempt, chain));
  }

  private Optional<SegmentMetadata> trusted(ObjectDetails found, SegmentObject listed) {
    var identity = BackupMetadata.identityIn(found.metadata());
    var encoding = BackupMetadata.encodingIn(found.metadata());
    boolean isOurs =
        identity.equals(Optional.of(upload.action().identity()))
            && encoding.equals(Optional.of(upload.encoding().description()))
            && found.object().size() == listed.size();
    return isOurs ? SegmentMetadata.in(found.metadata()) : Optional.empty();
  }

  private boolean follows(
      UnfinishedBackup attempt, List<SegmentMetadata> chain, SegmentMetadata metadata) {
    int number = chain.size();
    var first = chain.isEmpty() ? metadata : chain.getFirst();
    var previous = metadata.previous();
    var expected =
        new SegmentMetadata(
            attempt.attempt(),
            metadata.rawOffset(),
            metadata.rawPrefixSha256(),
            first.segmentBytes(),
            upload.encoding().recipientIds(),
            upload.options().sendOptions(),
            previous);
    if (!metadata.equals(expected)) {
      return false;
    }
    if (number == 0) {
      return metadata.rawOffset() == 0 && previous == null;
    }
    return metadata.rawOffset() - chain.getLast().rawOffset() == first.segmentBytes()
        && previous != null
        && previous.size() == attempt.parts().segments().get(number - 1).size();
  }

  private static ResumePoint point(UnfinishedBackup attempt, List<SegmentMetadata> chain) {
    var objects = attempt.parts().segments();
    List<CommitDocument.Segment> before = new ArrayList<>();
    for (int number = 1; number < chain.size(); number++) {
      var successor = chain.get(number);
      var content = successor.previous();
      if (content == null) {
        throw new IllegalStateException("checked before: " + successor);
      }
      before.add(
          new CommitDocument.Segment(
              objects.get(number - 1).key().lastComponent(),
              content,
              chain.get(number - 1).rawOffset(),
              successor.segmentBytes()));
    }
    // Copies stay: whoever made them may want them, and none of them is read.
    List<ObjectKey> obsolete =
        objects.subList(chain.size() - 1, objects.size()).stream().map(SegmentObject::key).toList();
    var last = chain.getLast();
    return new ResumePoint(
        attempt.attempt(),
        new SegmentPosition(last.rawOffset(), last.rawPrefixSha256(), last.segmentBytes()),
        before,
        obsolete);
  }
}
