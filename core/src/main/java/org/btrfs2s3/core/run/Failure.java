package org.btrfs2s3.core.run;

/** Something that did not work. */
public record Failure(Kind kind, String message) {

  /** Whose fault it was, which decides what else can still be done. */
  public enum Kind {
    /** The remote is unreachable or denies access: nothing there will work now. */
    REMOTE_AWAY,
    /** The remote refused or lost this one object. */
    REMOTE,
    /** The snapshot cannot be read or is not what it was. */
    SNAPSHOT,
    /** Compression, encryption or a filter. */
    ENCODING,
    /** Another local operation. */
    LOCAL,
    /** Another run held a lock for too long. */
    LOCKED,
    /** A committed backup whose chain is incomplete. */
    BROKEN_BACKUP
  }
}
