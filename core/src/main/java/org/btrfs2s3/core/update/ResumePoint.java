package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Where an interrupted upload can go on: with the last segment that says what came before it.
 * Nothing proves that segment's own content yet, so that it is sent again.
 *
 * @param position of that segment
 * @param before the segments before it, which are proved
 * @param obsolete the objects from that segment on
 */
record ResumePoint(
    Attempt attempt,
    SegmentPosition position,
    List<CommitDocument.Segment> before,
    List<ObjectKey> obsolete) {

  ResumePoint {
    before = List.copyOf(before);
    obsolete = List.copyOf(obsolete);
  }
}
