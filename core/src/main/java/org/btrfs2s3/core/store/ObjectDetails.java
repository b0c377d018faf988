package org.btrfs2s3.core.store;

import java.util.Map;

/**
 * An object with its user metadata (names in lower case, without {@code x-amz-meta-}), which a
 * listing does not show.
 */
public record ObjectDetails(StoredObject object, Map<String, String> metadata) {

  public ObjectDetails {
    metadata = Map.copyOf(metadata);
  }
}
