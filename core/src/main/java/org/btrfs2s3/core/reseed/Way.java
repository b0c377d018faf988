package org.btrfs2s3.core.reseed;

/** How a backup gets to the other remote. */
public enum Way {
  /** It is there, and stays as it is. */
  ALREADY_THERE,
  /** The server copies its objects; no byte passes through this machine. */
  SERVER_SIDE_COPY,
  /** Its objects pass through this machine as they are. */
  STREAMED,
  /** It is decoded here and encoded anew. */
  REENCODED
}
