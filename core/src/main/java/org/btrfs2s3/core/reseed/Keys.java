package org.btrfs2s3.core.reseed;

import org.btrfs2s3.core.store.ObjectKey;

/** Names of objects: what lies in a "folder" of one remote lies directly in the other. */
final class Keys {
  private Keys() {}

  /** The last component, which says what the object is. */
  static ObjectKey last(ObjectKey key) {
    return new ObjectKey(key.lastComponent());
  }
}
