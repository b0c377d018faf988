package org.btrfs2s3.core.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object with what a listing does not show.
 *
 * @param metadata user metadata; names in lower case, without {@code x-amz-meta-}
 * @param checksum null where the remote tells none
 */
public record ObjectDetails(
    StoredObject object, Map<String, String> metadata, @Nullable Checksum checksum) {

  public ObjectDetails {
    metadata = Map.copyOf(metadata);
  }

  public ObjectDetails(StoredObject object, Map<String, String> metadata) {
    this(object, metadata, null);
  }
}
