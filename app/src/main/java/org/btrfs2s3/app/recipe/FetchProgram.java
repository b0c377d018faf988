package org.btrfs2s3.app.recipe;

/** What fetches the objects of a bucket. */
public enum FetchProgram {
  /** The AWS command line. */
  AWS,
  /** curl, which signs requests itself. */
  CURL
}
