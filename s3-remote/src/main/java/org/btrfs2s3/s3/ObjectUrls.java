package org.btrfs2s3.s3;

import java.net.URI;
import java.util.Map;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;

/**
 * Where the objects of a remote are, for other programs that sign requests as AWS does: the very
 * addresses that the store itself asks.
 */
public final class ObjectUrls {

  private final S3Settings settings;
  private final String region;
  private final S3Utilities utilities;

  private ObjectUrls(S3Settings settings, String region, S3Utilities utilities) {
    this.settings = settings;
    this.region = region;
    this.utilities = utilities;
  }

  /** As the settings and this process's environment tell; asks no server. */
  public static ObjectUrls of(S3Settings settings) {
    return of(settings, System.getenv());
  }

  static ObjectUrls of(S3Settings settings, Map<String, String> environment) {
    var endpoint = settings.endpoint();
    var region = S3Connection.region(endpoint, environment);
    var style = S3Configuration.builder().pathStyleAccessEnabled(endpoint.isPathStyle()).build();
    var utilities = S3Utilities.builder().region(region).s3Configuration(style);
    @Nullable URI url = endpoint.endpointUrl();
    if (url != null) {
      utilities.endpoint(url);
    }
    return new ObjectUrls(settings, region.id(), utilities.build());
  }

  /** The region that signatures name. */
  public String region() {
    return region;
  }

  /**
   * In ASCII. Everything is percent-encoded that the canonical request of a signature has so, and
   * nothing else: who signs the path as it stands here signs what the server checks.
   */
  public String of(ObjectKey key) {
    return utilities
        .getUrl(request -> request.bucket(settings.bucket()).key(settings.fullKey(key)))
        .toString();
  }
}
