package org.btrfs2s3.s3;

import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** The request that makes an object visible. */
sealed interface Publication {

  /**
   * Sends it once, and throws what the SDK throws.
   *
   * @return the object's ETag, if the server tells
   */
  @Nullable String send(S3Bucket bucket);

  /** The object's ETag on a server that has the usual ones; null if this one has others. */
  @Nullable String usualETag();

  /**
   * All of it in one request.
   *
   * @param replaces whether it takes the place of an object that has the key
   */
  record Whole(ObjectKey key, Map<String, String> metadata, Part content, boolean replaces)
      implements Publication {

    @Override
    public @Nullable String send(S3Bucket bucket) {
      return bucket.put(key, metadata, content, replaces);
    }

    @Override
    public String usualETag() {
      return ETags.ofContent(content);
    }
  }

  /**
   * An upload whose parts are all there.
   *
   * @param checksum of the whole object
   * @param size of the whole object in bytes
   * @param replaces whether it takes the place of an object that has the key
   */
  record Parts(
      Upload upload, List<CompletedPart> parts, String checksum, long size, boolean replaces)
      implements Publication {

    public Parts {
      parts = List.copyOf(parts);
    }

    @Override
    public @Nullable String send(S3Bucket bucket) {
      return bucket.uploads().complete(upload, parts, checksum, size, replaces);
    }

    @Override
    public @Nullable String usualETag() {
      return ETags.ofParts(parts);
    }
  }

  /** All of another object in one request. */
  record Copy(ObjectKey key, Map<String, String> metadata, CopySource source)
      implements Publication {
    @Override
    public @Nullable String send(S3Bucket bucket) {
      return bucket.copy(key, metadata, source);
    }

    /** That of an object which was put in one request; one that came in parts gets another. */
    @Override
    public @Nullable String usualETag() {
      var etag = ETags.plain(source.etag());
      return etag != null && ETags.isUsual(etag) && etag.indexOf('-') < 0 ? etag : null;
    }
  }

  /** An upload whose parts the server has copied. */
  record CopiedParts(Upload upload, List<CompletedPart> parts) implements Publication {
    public CopiedParts {
      parts = List.copyOf(parts);
    }

    @Override
    public @Nullable String send(S3Bucket bucket) {
      return bucket.uploads().completeCopy(upload, parts);
    }

    @Override
    public @Nullable String usualETag() {
      return ETags.ofParts(parts);
    }
  }
}
