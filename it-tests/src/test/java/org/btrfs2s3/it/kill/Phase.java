package org.btrfs2s3.it.kill;

/** What an update is doing. */
enum Phase {
  OBSERVE,
  CREATE_SNAPSHOTS,
  RENAME,
  UPLOAD,
  DELETE_SNAPSHOTS,
  DELETE_BACKUPS;

  /** Whether what a killed update left agrees with its having been in this phase. */
  boolean agreesWith(Remains remains) {
    return switch (this) {
      case OBSERVE -> remains.created() == 0;
      case CREATE_SNAPSHOTS -> remains.created() > 0 && remains.renamed() == 0;
      case RENAME -> remains.renamed() > 0 && !remains.triedToUpload();
      case UPLOAD -> remains.triedToUpload();
      case DELETE_SNAPSHOTS -> remains.deleted() > 0;
      case DELETE_BACKUPS -> remains.triedToDelete();
    };
  }
}
