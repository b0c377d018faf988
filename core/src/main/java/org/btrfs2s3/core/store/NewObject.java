package org.btrfs2s3.core.store;

import java.util.Map;

/**
 * An object to be written.
 *
 * @param metadata user metadata; the store adds {@code btrfs2s3-upload-id}
 * @param estimatedSize how many bytes will come, roughly; the store plans its parts by it. An
 *     object may turn out twice as large, and a small one much larger; that must not fail.
 * @param replaces whether an object with the key may still be there when this one is begun; it must
 *     be gone when this one is committed
 */
public record NewObject(
    ObjectKey key, Map<String, String> metadata, long estimatedSize, boolean replaces) {

  public NewObject {
    metadata = Map.copyOf(metadata);
    if (estimatedSize < 0) {
      throw new IllegalArgumentException("negative size estimate: " + estimatedSize);
    }
  }

  public NewObject(ObjectKey key, Map<String, String> metadata, long estimatedSize) {
    this(key, metadata, estimatedSize, false);
  }
}
