package org.btrfs2s3.s3;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an S3 service is and who we are to it.
 *
 * @param profileName a profile of the AWS config and credentials files; null for the default one
 * @param regionName null: from the environment, else from the profile, else {@code us-east-1}
 * @param accessKey null: from the profile if one is named, else from the SDK's default chain
 *     (environment, default profile, container or instance role)
 * @param endpointUrl null: AWS
 */
public record S3Endpoint(
    @Nullable String profileName,
    @Nullable String regionName,
    @Nullable AccessKey accessKey,
    @Nullable URI endpointUrl,
    TlsVerification verify) {

  public S3Endpoint {
    if (endpointUrl != null && !isWebAddress(endpointUrl)) {
      throw new IllegalArgumentException(
          "not an http or https URL with a host: endpoint_url " + endpointUrl);
    }
  }

  private static boolean isWebAddress(URI uri) {
    var scheme = uri.getScheme();
    return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
        && uri.getHost() != null
        && uri.getUserInfo() == null;
  }

  /**
   * Whether AWS itself answers. Only there are CRC32C checksums sent, buckets addressed by host
   * name and other regions followed: many other servers refuse each of these.
   */
  boolean isAws() {
    if (endpointUrl == null) {
      return true;
    }
    var host = endpointUrl.getHost().toLowerCase(Locale.ROOT);
    return host.endsWith(".amazonaws.com")
        || host.endsWith(".amazonaws.com.cn")
        || host.endsWith(".api.aws");
  }

  /** Whether requests name the bucket in the path, which every server but AWS understands. */
  boolean isPathStyle() {
    return !isAws();
  }

  /** Whether the other one's objects are where ours are, however each is reached. */
  boolean isSameService(S3Endpoint other) {
    if (isAws() || other.isAws()) {
      return isAws() && other.isAws();
    }
    return address().equals(other.address());
  }

  private String address() {
    var uri = Objects.requireNonNull(endpointUrl, "only AWS needs no address");
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return (uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }
}
