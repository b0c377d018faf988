package org.btrfs2s3.app.config;

import java.time.Duration;

/**
 * A bucket that stores backups.
 *
 * @param prefix what every key begins with; may be empty
 * @param retryFor how long a request that fails is tried again
 */
public record S3RemoteConfig(
    String id, String bucket, String prefix, S3EndpointConfig endpoint, Duration retryFor)
    implements RemoteConfig {

  /** In seconds. */
  static final AmountRange RETRY_FOR = new AmountRange(Measure.DURATION, 0, 365L * 24 * 60 * 60);

  static final Duration DEFAULT_RETRY_FOR = Duration.ofHours(6);
}
