package org.btrfs2s3.core.store;

import java.util.Map;

/**
 * An object to be written.
 *
 * @param metadata user metadata; the store adds {@code btrfs2s3-upload-id}
 * @param estimatedSize how many bytes will come, roughly; the store plans its parts by it. An
 *     object may turn out twice as large, and a small one much larger; that must not fail.
 */
public record NewObject(ObjectKey key, Map<String, String> metadata, long estimatedSize) {

  public NewObject {
    metadata = Map.copyOf(metadata);
    if (estimatedSize < 0) {
      throw new IllegalArgumentException("negative size estimate: " + estimatedSize);
    }
  }
}
