package org.btrfs2s3.core.sendstream;

/**
 * What one command of a stream does to a tree, without the content of files. Paths are relative to
 * the subvolume, which is the empty path itself; their bytes, which need not be UTF-8, are one
 * character each.
 */
public sealed interface TreeChange {

  /** What it is done to. */
  String path();

  /** The kinds of directory entries. */
  enum EntryType {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }

  /**
   * Something new, and empty.
   *
   * @param device what a device node stands for, as the kernel encodes it; else 0
   * @param target of a symbolic link, its bytes one character each; else empty
   */
  record Create(String path, EntryType type, long device, String target) implements TreeChange {}

  /** Moves it, with everything in it if it is a directory. */
  record Rename(String path, String to) implements TreeChange {}

  /**
   * Another name.
   *
   * @param path the new name
   * @param existing a name that it has already
   */
  record Link(String path, String existing) implements TreeChange {}

  /** Takes a name away, and the file with its last one. */
  record Unlink(String path) implements TreeChange {}

  /** Removes a directory. */
  record RemoveDirectory(String path) implements TreeChange {}

  /**
   * The file is at least this long.
   *
   * @param end in bytes
   */
  record Extend(String path, long end) implements TreeChange {}

  /** The file is this long. */
  record Resize(String path, long size) implements TreeChange {}

  /**
   * Permissions.
   *
   * @param mode the lower 12 bits
   */
  record SetMode(String path, int mode) implements TreeChange {}

  /** Owner; both are unsigned. */
  record SetOwner(String path, int uid, int gid) implements TreeChange {}

  /** The time of the last modification, since 1970; nanos count upwards, before 1970 too. */
  record SetTime(String path, long seconds, int nanos) implements TreeChange {}
}
