package org.btrfs2s3.core.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** UUIDs in the kernel's structures: 16 bytes in the order in which they are printed. */
final class KernelUuid {

  private static final UUID NONE = new UUID(0, 0);

  private KernelUuid() {}

  static UUID get(ByteBuffer structure, int offset) {
    ByteBuffer bytes = structure.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new UUID(bytes.getLong(offset), bytes.getLong(offset + Long.BYTES));
  }

  /** All zero means that there is none. */
  static @Nullable UUID getOrNull(ByteBuffer structure, int offset) {
    UUID uuid = get(structure, offset);
    return uuid.equals(NONE) ? null : uuid;
  }

  static void put(ByteBuffer structure, int offset, UUID uuid) {
    ByteBuffer bytes = structure.duplicate().order(ByteOrder.BIG_ENDIAN);
    bytes.putLong(offset, uuid.getMostSignificantBits());
    bytes.putLong(offset + Long.BYTES, uuid.getLeastSignificantBits());
  }
}
