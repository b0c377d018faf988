package org.btrfs2s3.core.sendstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

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
  static final int SYMLINK = 8;
  static final int CLONE = 16;
  static final int END = 21;
  static final int UPDATE_EXTENT = 22;
  static final int MAX_COMMAND_V1 = 22;
  static final int MAX_COMMAND_V2 = 25;

  static final int UUID = 1;
  static final int CTRANSID = 2;
  static final int SIZE = 4;
  static final int PATH = 15;
  static final int PATH_TO = 16;
  static final int PATH_LINK = 17;
  static final int DATA = 19;
  static final int CLONE_UUID = 20;
  static final int CLONE_CTRANSID = 21;
  static final int CLONE_PATH = 22;
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
}
