package org.btrfs2s3.app.config;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The objects of an S3 remote: all keys of a bucket that begin with a prefix. What two spaces have
 * in common, two remotes would both take for their own.
 *
 * @param endpoint the server, spelt in one way only
 */
record ObjectSpace(String endpoint, String bucket, String prefix) {

  private static final String AWS = "AWS";

  static ObjectSpace of(S3RemoteConfig remote) {
    return new ObjectSpace(normalised(remote.endpoint().url()), remote.bucket(), remote.prefix());
  }

  boolean overlaps(ObjectSpace other) {
    return endpoint.equals(other.endpoint)
        && bucket.equals(other.bucket)
        && (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix));
  }

  private static String normalised(@Nullable URI url) {
    if (url == null) {
      return AWS;
    }
    var host = url.getHost().toLowerCase(Locale.ROOT);
    if (host.endsWith(".amazonaws.com")) {
      // The names of buckets are unique among all of its regions.
      return AWS;
    }
    var scheme = url.getScheme().toLowerCase(Locale.ROOT);
    int defaultPort = scheme.equals("https") ? 443 : 80;
    int port = url.getPort() == -1 ? defaultPort : url.getPort();
    var path = url.getRawPath().replaceAll("/+$", "");
    return scheme + "://" + host + ":" + port + path;
  }
}
