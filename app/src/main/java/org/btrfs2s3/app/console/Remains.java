package org.btrfs2s3.app.console;

/** What segments without a commit object are, as far as a listing tells it. */
enum Remains {
  /** An upload that is under way, or was interrupted. */
  INCOMPLETE,
  /** The same snapshot has a backup without them. */
  SUPERSEDED,
  /** Their first one is gone, with which a deletion begins. */
  HALF_DELETED,
  /** A backup was sent against them, so that they were a backup once. */
  COMMIT_MISSING
}
