package org.btrfs2s3.core.plan;

/** Something that the user should know about what was observed. */
public record Problem(Kind kind, String message) {

  /** What to do about two objects of one snapshot that differ. */
  public static final String BY_HAND =
      "find out which is whole (verify --level data reads both), and delete the other by hand";

  /** What it is, and whether the run counts as partly failed because of it. */
  public enum Kind {
    REMOTE_AWAY(true),
    SOURCE_UNAVAILABLE(true),
    BROKEN_BACKUP(true),
    LOST_COMMIT(false),
    /** Something tells of an object that is not listed. */
    HIDDEN_BACKUP(false),
    /** An object that only a later version of this program can read. */
    UNSUPPORTED_BACKUP(false),
    SNAPSHOT_UNUSABLE(false),
    DUPLICATE_BACKUP(false),
    /** Something that was to be collected as garbage stays. */
    NOT_COLLECTED(true),
    /** Something that a repair was to mend stays as it is. */
    NOT_REPAIRED(true),
    SOURCE_BUSY(false),
    NESTED_SUBVOLUMES(false),
    SNAPSHOTS_INSIDE_SOURCE(false);

    private final boolean failure;

    Kind(boolean failure) {
      this.failure = failure;
    }

    public boolean isFailure() {
      return failure;
    }
  }
}
