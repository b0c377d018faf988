package org.btrfs2s3.policy;

/** Why a snapshot or a backup is kept. */
public enum Reason {
  /** It is nominal for a preserved time span, or stands in for the one that is. */
  PRESERVED,
  /** It is, or is the backup of, the snapshot with the largest ctransid. */
  MOST_RECENT,
  /** The chain of a kept backup needs it. */
  SEND_ANCESTOR,
  /** A part of it is uploaded; or it is the send parent of such a backup. */
  UPLOADING,
  /** A backup newer than every snapshot: what it holds exists nowhere else. */
  NEWEST,
  /** A backup that cannot be restored and for which there is no replacement. */
  BROKEN,
  /** It cannot be restored, but a snapshot is there from which a repair makes it whole. */
  REPAIRED
}
