package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * What became of the repair of a commit object.
 *
 * @param key of the commit object; null if there was nothing of which one could be made
 * @param segments that it names
 */
public record CommitReport(
    Outcome outcome, @Nullable ObjectKey key, int segments, List<Failure> failures) {

  /** How it ended. */
  public enum Outcome {
    /** There was none. */
    WRITTEN,
    /** The one that was there was damaged. */
    REPLACED,
    /** The one that is there says what it should, but was not signed so; now it is. */
    SIGNED,
    /** The one that is there says what it should, and is signed where it should be. */
    UNNEEDED,
    FAILED
  }

  public CommitReport {
    failures = List.copyOf(failures);
  }

  static CommitReport failed(List<Failure> failures) {
    return new CommitReport(Outcome.FAILED, null, 0, failures);
  }
}
