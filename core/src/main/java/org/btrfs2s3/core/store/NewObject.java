package org.btrfs2s3.core.store;

import java.util.Map;

/**
 * An object to be written.
 *
 * @param metadata user metadata; the store adds {@code btrfs2s3-upload-id}
 * @param estimatedSize how many bytes will come, roughly; the store plans its parts by it. An
 *     object may turn out twice as large, and a small one much larger; that must not fail.
 * @param predecessor what becomes of an object that has the key already
 */
public record NewObject(
    ObjectKey key, Map<String, String> metadata, long estimatedSize, Predecessor predecessor) {

  /** An object with the same key. */
  public enum Predecessor {
    /** There must be none. */
    NONE,
    /** It may be there when this one is begun, and must be gone when this one is committed. */
    GONE_AT_COMMIT,
    /**
     * The commit puts this one into its place, in one step: until then the old one is there, from
     * then on the new one. Of the two it is the old one after every failure that does not say that
     * the outcome is unknown. For repairs only (invariant 11).
     */
    REPLACED
  }

  public NewObject {
    metadata = Map.copyOf(metadata);
    if (estimatedSize < 0) {
      throw new IllegalArgumentException("negative size estimate: " + estimatedSize);
    }
  }

  public NewObject(ObjectKey key, Map<String, String> metadata, long estimatedSize) {
    this(key, metadata, estimatedSize, Predecessor.NONE);
  }
}
