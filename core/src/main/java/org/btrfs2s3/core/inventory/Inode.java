package org.btrfs2s3.core.inventory;

import java.util.TreeMap;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.jspecify.annotations.Nullable;

/** What the names of a tree stand for. Only directories know where they lie: others have links. */
final class Inode {

  private static final int NEW_FILE = 0600;
  private static final int NEW_DIRECTORY = 0700;

  /** Of every symbolic link; no stream tells it. */
  private static final int SYMLINK = 0777;

  final EntryType type;
  final long device;
  final String target;

  /** By the names' bytes, one character each, which is their order, too; null if no directory. */
  final @Nullable TreeMap<String, Inode> children;

  /** Of a directory, while it is in a tree; null for the root. */
  @Nullable Inode parent;

  String name = "";

  int links;
  long size;
  int mode;
  int uid;
  int gid;
  long seconds;
  int nanos;

  Inode(EntryType type, long device, String target) {
    this.type = type;
    this.device = device;
    this.target = target;
    this.children = type == EntryType.DIRECTORY ? new TreeMap<>() : null;
    this.mode =
        switch (type) {
          case DIRECTORY -> NEW_DIRECTORY;
          case SYMLINK -> SYMLINK;
          case FILE, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> NEW_FILE;
        };
  }

  /** Relative to the root, which is the empty path; of a directory. */
  String path() {
    var path = new StringBuilder();
    for (var directory = this; directory.parent != null; directory = directory.parent) {
      path.insert(0, path.isEmpty() ? directory.name : directory.name + "/");
    }
    return path.toString();
  }

  /** Whether it is this directory, or lies in it. */
  boolean holds(Inode directory) {
    for (var above = directory; above != null; above = above.parent) {
      if (above == this) {
        return true;
      }
    }
    return false;
  }
}
