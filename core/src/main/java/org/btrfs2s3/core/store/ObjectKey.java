package org.btrfs2s3.core.store;

import java.util.Comparator;

/**
 * The name of an object within a remote, without the remote's prefix. It may contain slashes (an
 * object in a "folder" below the prefix); what it says of a backup stands in its last component.
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {

  /** What somebody copied usually has the longer one. */
  public static final Comparator<ObjectKey> SHORTEST_FIRST =
      Comparator.comparing((ObjectKey key) -> key.value().length())
          .thenComparing(Comparator.naturalOrder());

  public ObjectKey {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("empty object key");
    }
  }

  /** Without the "folder". */
  public String lastComponent() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /** Another one in the same "folder". */
  public ObjectKey sibling(String lastComponent) {
    return new ObjectKey(value.substring(0, value.lastIndexOf('/') + 1) + lastComponent);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
