package org.btrfs2s3.core.linux;

/** What kind of file an entry is: {@code S_IFMT} of its mode. */
public enum FileType {
  FIFO(0x1000, "a FIFO"),
  CHARACTER_DEVICE(0x2000, "a character device"),
  DIRECTORY(0x4000, "a directory"),
  BLOCK_DEVICE(0x6000, "a block device"),
  FILE(0x8000, "a file"),
  SYMLINK(0xa000, "a symbolic link"),
  SOCKET(0xc000, "a socket");

  private static final int MASK = 0xf000;

  private final int bits;
  private final String description;

  FileType(int bits, String description) {
    this.bits = bits;
    this.description = description;
  }

  static FileType of(int mode) {
    for (FileType type : values()) {
      if (type.bits == (mode & MASK)) {
        return type;
      }
    }
    throw new IllegalArgumentException("mode " + Integer.toOctalString(mode));
  }

  /** With its article, for messages. */
  @Override
  public String toString() {
    return description;
  }
}
