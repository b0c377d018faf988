package org.btrfs2s3.core.btrfs;

/** What {@code btrfs send} makes of the content of files. */
public enum SendMode {

  /** All of it as it reads: a stream of version 1, which every btrfs receives. */
  DATA,

  /**
   * Compressed extents as they lie on the disk: a stream of version 2, shorter and faster where the
   * file system compresses. Needs Linux 6.0 and btrfs-progs 5.19 to send, and that btrfs-progs to
   * receive.
   */
  COMPRESSED_DATA,

  /** None ({@code --no-data}): only for estimating the size, never to be stored. */
  NO_DATA
}
