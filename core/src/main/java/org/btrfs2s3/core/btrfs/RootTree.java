package org.btrfs2s3.core.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.policy.Ctransid;

/**
 * The tree of a file system's trees, read with {@code BTRFS_IOC_TREE_SEARCH}: it knows subvolumes
 * that no mount shows. Needs CAP_SYS_ADMIN. Numbers and offsets are those of {@code
 * include/uapi/linux/btrfs.h} and {@code btrfs_tree.h}; everything is little-endian.
 */
final class RootTree {

  private static final long TREE_SEARCH = 0xd0009411L;
  private static final int ARGUMENTS_SIZE = 4096;
  private static final int MIN_OBJECT = 8;
  private static final int MAX_OBJECT = 16;
  private static final int MIN_OFFSET = 24;
  private static final int MAX_OFFSET = 32;
  private static final int MAX_TRANSACTION = 48;
  private static final int MIN_TYPE = 56;
  private static final int MAX_TYPE = 60;
  private static final int ITEM_COUNT = 64;
  private static final int ITEMS = 104;
  private static final int ITEM_HEADER_SIZE = 32;

  private static final long ROOT_TREE_ID = 1;
  private static final long TOP_LEVEL_ID = 5;
  private static final long FIRST_ID = 256;

  /** Beyond any subvolume: what follows are the kernel's own trees, with negative numbers. */
  private static final long LAST_ID = Long.MAX_VALUE;

  private static final int ROOT_ITEM = 132;
  private static final int ROOT_REF = 156;

  /** Root items written before Linux 3.6 end before their UUID. */
  private static final int ROOT_ITEM_SIZE = 439;

  /** An item with its key: object, type, offset. */
  private record Item(long object, int type, long offset, ByteBuffer data) {}

  private final Directory anywhere;

  RootTree(Directory anywhere) {
    this.anywhere = anywhere;
  }

  /** Every subvolume that is not deleted, as of the last transaction that was committed. */
  List<SubvolumeInfo> subvolumes() throws SystemCallException {
    List<SubvolumeInfo> subvolumes = new ArrayList<>();
    for (Item item : search(TOP_LEVEL_ID, LAST_ID, ROOT_ITEM)) {
      subvolume(item).ifPresent(subvolumes::add);
    }
    return subvolumes;
  }

  /** The numbers of the subvolumes directly below one. */
  List<Long> children(long id) throws SystemCallException {
    return search(id, id, ROOT_REF).stream().map(Item::offset).toList();
  }

  private static Optional<SubvolumeInfo> subvolume(Item item) {
    boolean isSubvolume = item.object() == TOP_LEVEL_ID || item.object() >= FIRST_ID;
    ByteBuffer root = item.data();
    // Without references it is deleted already, and only waits for the cleaner.
    if (!isSubvolume || root.limit() < ROOT_ITEM_SIZE || root.getInt(216) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new SubvolumeInfo(
            item.object(),
            KernelUuid.get(root, 247),
            KernelUuid.getOrNull(root, 263),
            KernelUuid.getOrNull(root, 279),
            (root.getLong(208) & 1) != 0,
            Ctransid.ofKernel(root.getLong(295)),
            Ctransid.ofKernel(root.getLong(303)),
            Ctransid.ofKernel(root.getLong(311)),
            Ctransid.ofKernel(root.getLong(319)),
            root.getInt(359),
            Instant.ofEpochSecond(root.getLong(327), root.getInt(335))));
  }

  /** All items of one type in a range of objects. */
  private List<Item> search(long minObject, long maxObject, int type) throws SystemCallException {
    List<Item> found = new ArrayList<>();
    long object = minObject;
    long offset = 0;
    while (object <= maxObject) {
      List<Item> batch = batch(object, maxObject, type, offset);
      if (batch.isEmpty()) {
        break;
      }
      // The range is one of whole keys: between two objects lie items of all types.
      batch.stream().filter(item -> item.type() == type).forEach(found::add);
      Item last = batch.getLast();
      boolean objectDone = last.type() > type || (last.type() == type && last.offset() == -1);
      object = objectDone ? last.object() + 1 : last.object();
      offset = last.type() == type ? last.offset() + 1 : 0;
    }
    return found;
  }

  /** The next items whose keys are from (object, type, offset) to the last of (maxObject, type). */
  private List<Item> batch(long object, long maxObject, int type, long offset)
      throws SystemCallException {
    ByteBuffer arguments = ByteBuffer.allocate(ARGUMENTS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    arguments.putLong(0, ROOT_TREE_ID);
    arguments.putLong(MIN_OBJECT, object).putLong(MAX_OBJECT, maxObject);
    arguments.putLong(MIN_OFFSET, offset).putLong(MAX_OFFSET, -1);
    arguments.putLong(MAX_TRANSACTION, -1);
    arguments.putInt(MIN_TYPE, type).putInt(MAX_TYPE, type);
    arguments.putInt(ITEM_COUNT, Integer.MAX_VALUE);
    anywhere.ioctl(TREE_SEARCH, arguments);
    return items(arguments);
  }

  private static List<Item> items(ByteBuffer arguments) {
    int count = arguments.getInt(ITEM_COUNT);
    List<Item> items = new ArrayList<>(count);
    int at = ITEMS;
    for (int i = 0; i < count; i++) {
      int length = arguments.getInt(at + 28);
      ByteBuffer data = arguments.slice(at + ITEM_HEADER_SIZE, length);
      items.add(
          new Item(
              arguments.getLong(at + 8),
              arguments.getInt(at + 24),
              arguments.getLong(at + 16),
              data.order(ByteOrder.LITTLE_ENDIAN)));
      at += ITEM_HEADER_SIZE + length;
    }
    return items;
  }
}
