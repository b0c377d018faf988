package org.btrfs2s3.core.sendstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers and sizes of the format, from the kernel's {@code fs/btrfs/send.h} and {@code send.c}.
 */
final class StreamFormat {

  static final byte[] MAGIC = "btrfs-stream\0".getBytes(StandardCharsets.US_ASCII);

  /** Magic and le32 version. */
  static final int STREAM_HEADER_LENGTH = MAGIC.length + Integer.BYTES;

  /** le32 length of the body, le16 command, le32 checksum. */
  static final int COMMAND_HEADER_LENGTH = 10;

  /** The kernel's buffer for a whole command of version 1 is 64 KiB. */
  static final int MAX_BODY_V1 = 64 * 1024;

  /** The kernel's commands of version 2 have at most 144 KiB; there is no limit in the format. */
  static final int MAX_BODY_V2 = 1024 * 1024;

  static final int SUBVOL = 1;
  static final int SNAPSHOT = 2;
  static final int MKFILE = 3;
  static final int MKDIR = 4;
  static final int MKNOD = 5;
  static final int MKFIFO = 6;
  static final int MKSOCK = 7;
  static final int SYMLINK = 8;
  static final int RENAME = 9;
  static final int LINK = 10;
  static final int UNLINK = 11;
  static final int RMDIR = 12;
  static final int WRITE = 15;
  static final int CLONE = 16;
  static final int TRUNCATE = 17;
  static final int CHMOD = 18;
  static final int CHOWN = 19;
  static final int UTIMES = 20;
  static final int END = 21;
  static final int UPDATE_EXTENT = 22;
  static final int FALLOCATE = 23;
  static final int ENCODED_WRITE = 25;
  static final int MAX_COMMAND_V1 = 22;
  static final int MAX_COMMAND_V2 = 25;

  static final int UUID = 1;
  static final int CTRANSID = 2;
  static final int SIZE = 4;
  static final int MODE = 5;
  static final int UID = 6;
  static final int GID = 7;
  static final int RDEV = 8;
  static final int MTIME = 10;
  static final int PATH = 15;
  static final int PATH_TO = 16;
  static final int PATH_LINK = 17;
  static final int FILE_OFFSET = 18;
  static final int DATA = 19;
  static final int CLONE_UUID = 20;
  static final int CLONE_CTRANSID = 21;
  static final int CLONE_PATH = 22;
  static final int CLONE_LEN = 24;
  static final int FALLOCATE_MODE = 25;
  static final int UNENCODED_FILE_LEN = 27;
  static final int MAX_ATTRIBUTE_V1 = 24;
  static final int MAX_ATTRIBUTE_V2 = 31;

  static final VarHandle LE16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LE32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LE64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle BE64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private StreamFormat() {}

  /** What a stream begins with. */
  static byte[] header(int version) {
    var header = Arrays.copyOf(MAGIC, STREAM_HEADER_LENGTH);
    LE32.set(header, MAGIC.length, version);
    return header;
  }
}
