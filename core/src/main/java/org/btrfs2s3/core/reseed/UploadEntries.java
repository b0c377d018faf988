package org.btrfs2s3.core.reseed;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.btrfs2s3.core.pipeline.Encoding;

/**
 * What the configuration says of uploads to the remote that is copied to. Of a source without an
 * upload entry of its own, what all entries for that remote agree on.
 */
public interface UploadEntries {
  /** How backups of a source are to be encoded, if that is known. */
  Optional<Encoding> encoding(UUID source);

  /** How many bytes per second are uploaded at most; nothing: without a limit. */
  OptionalLong bytesPerSecond(UUID source);
}
