package org.btrfs2s3.core.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * The objects of one attempt to make a segmented backup, its commit object excepted.
 *
 * @param segments in order of their numbers, one of each; there may be holes
 * @param commitCopies copies of the commit object, under other keys
 * @param others what else belongs to the attempt but is never read: a signature, copies of
 *     segments, segments that the commit object does not count
 */
public record Segments(
    Attempt attempt,
    List<SegmentObject> segments,
    List<ObjectKey> commitCopies,
    List<ObjectKey> others) {

  public Segments {
    segments = List.copyOf(segments);
    commitCopies = List.copyOf(commitCopies);
    others = List.copyOf(others);
  }

  /** Bytes, as stored. */
  public long size() {
    return segments.stream().mapToLong(SegmentObject::size).sum();
  }

  /** How many there are from number 0 on without a hole. */
  public int withoutHole() {
    int count = 0;
    while (count < segments.size() && segments.get(count).number() == count) {
      count++;
    }
    return count;
  }

  /**
   * Everything, in the order in which it is to be deleted, each step acknowledged before the next:
   * with a commit object it would be a damaged backup; without segment 0 nobody takes the rest for
   * a backup that lost its commit object.
   */
  public List<List<ObjectKey>> deletionSteps() {
    List<ObjectKey> first = new ArrayList<>();
    List<ObjectKey> rest = new ArrayList<>(others);
    segments.forEach(segment -> (segment.number() == 0 ? first : rest).add(segment.key()));
    return Stream.of(commitCopies, first, rest).filter(step -> !step.isEmpty()).toList();
  }
}
