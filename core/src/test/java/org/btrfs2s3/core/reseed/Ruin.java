package org.btrfs2s3.core.reseed;

import java.util.Arrays;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;

/** What happens to single objects of the backups of {@link Clouds}. */
final class Ruin {

  private Ruin() {}

  /**
   * An object of a backup.
   *
   * @param more is in its key, too
   */
  static ObjectKey keyOf(MemoryStore store, int number, String more) {
    return store.keys().stream()
        .filter(key -> key.value().contains(".uuid" + Clouds.uuid(number)))
        .filter(key -> key.value().contains(more))
        .findFirst()
        .orElseThrow();
  }

  static void damage(MemoryStore store, ObjectKey key) {
    var bytes = store.content(key);
    bytes[bytes.length / 2] ^= 1;
    store.put(key, bytes, store.metadata(key));
  }

  static void truncate(MemoryStore store, ObjectKey key) {
    var bytes = store.content(key);
    store.put(key, Arrays.copyOf(bytes, bytes.length - 9), store.metadata(key));
  }
}
