package org.btrfs2s3.s3;

import org.btrfs2s3.core.store.ObjectKey;

/**
 * One remote on S3.
 *
 * @param prefix what every key begins with; empty for the whole bucket. It is text, not a folder:
 *     nothing is put between it and the key
 */
public record S3Settings(String bucket, String prefix, S3Endpoint endpoint) {

  public S3Settings {
    if (bucket.isBlank()) {
      throw new IllegalArgumentException("empty bucket name");
    }
  }

  String fullKey(ObjectKey key) {
    return prefix + key.value();
  }

  /** For messages. */
  String location() {
    return "s3://" + bucket + "/" + prefix;
  }

  /** For messages. */
  String location(ObjectKey key) {
    return location() + key;
  }
}
