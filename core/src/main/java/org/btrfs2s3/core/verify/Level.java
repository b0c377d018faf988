package org.btrfs2s3.core.verify;

/** How closely is looked. Each level includes what the ones before it look at. */
public enum Level {
  /** Listing, sizes, metadata and commit objects. */
  LISTING,
  /** Everything that is stored is fetched, decoded and verified. */
  DATA,
  /** It is received into a scratch file system and compared with the local snapshot. */
  RESTORE
}
