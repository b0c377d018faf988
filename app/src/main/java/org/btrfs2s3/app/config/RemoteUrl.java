package org.btrfs2s3.app.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.jspecify.annotations.Nullable;

/**
 * A remote that is named by a URL instead of in a configuration file: {@code s3://bucket/prefix} or
 * {@code file:///directory}. Nothing in it is escaped; the prefix is what every key begins with,
 * literally, as in the file.
 */
public final class RemoteUrl {

  private static final String S3 = "s3://";
  private static final String FILE = "file:";
  private static final String FORMS = "expected s3://BUCKET/PREFIX or file:///DIRECTORY";

  private RemoteUrl() {}

  /**
   * Where the server of a bucket is and who we are there; what is null is left to the usual places.
   *
   * @param endpoint null for AWS
   * @param caFile certificates of the authorities to trust instead of Java's
   */
  public record Server(
      @Nullable String endpoint,
      @Nullable String region,
      @Nullable String profile,
      @Nullable Path caFile) {

    /** Whether nothing was said of it. */
    public boolean isDefault() {
      return Stream.of(endpoint, region, profile, caFile).allMatch(Objects::isNull);
    }

    S3EndpointConfig config() {
      var verification =
          caFile == null
              ? new Verification.Default()
              : new Verification.Authorities(new Located<>(caFile, Position.FILE));
      return new S3EndpointConfig(profile, region, null, url(), verification);
    }

    private @Nullable URI url() {
      return endpoint == null
          ? null
          : EndpointUrl.parse(endpoint)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--endpoint-url is not " + EndpointUrl.EXPECTED));
    }
  }

  /**
   * The remote; its id is the URL.
   *
   * @throws IllegalArgumentException with a message for the user if it is none
   */
  public static RemoteConfig parse(String url, Server server) {
    var lower = url.toLowerCase(Locale.ROOT);
    if (lower.startsWith(S3)) {
      return bucket(url, server);
    }
    if (lower.startsWith(FILE)) {
      if (!server.isDefault()) {
        throw new IllegalArgumentException(
            "--endpoint-url, --region, --profile and --ca-file are for s3: URLs, not for a"
                + " directory");
      }
      return new DirectoryRemoteConfig(url, directory(url));
    }
    throw new IllegalArgumentException(unknown(url, lower));
  }

  private static String unknown(String url, String lower) {
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      return "--url is the address of a server, "
          + FORMS
          + "; the server of a bucket goes to --endpoint-url";
    }
    if (url.startsWith("/")) {
      return "--url is a path, " + FORMS + "; write file://" + url;
    }
    int colon = url.indexOf(':');
    return colon < 0
        ? "--url has no scheme, " + FORMS
        : "--url begins with '" + url.substring(0, colon + 1) + "', " + FORMS;
  }

  private static RemoteConfig bucket(String url, Server server) {
    var rest = url.substring(S3.length());
    int slash = rest.indexOf('/');
    var bucket = slash < 0 ? rest : rest.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException("--url names no bucket, " + FORMS);
    }
    // The secret of a pair may hold a slash.
    boolean isPair = bucket.indexOf(':') >= 0 && rest.indexOf('@') >= 0;
    if (isPair || !bucket.matches("[A-Za-z0-9._:-]+")) {
      throw new IllegalArgumentException(
          "--url: what follows s3:// is not the name of a bucket; credentials come from the"
              + " environment or from --profile");
    }
    return new S3RemoteConfig(
        url,
        bucket,
        slash < 0 ? "" : rest.substring(slash + 1),
        server.config(),
        S3RemoteConfig.DEFAULT_RETRY_FOR);
  }

  private static Path directory(String url) {
    var rest = url.substring(FILE.length());
    if (rest.startsWith("//") && !rest.startsWith("///")) {
      throw new IllegalArgumentException(
          ("--url names the host '%s', and only directories of this machine can be read: write"
                  + " file:///DIRECTORY, with three slashes and an absolute path")
              .formatted(rest.substring(2).split("/", 2)[0]));
    }
    try {
      var path = Path.of(rest);
      if (rest.startsWith("/") && path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("--url is no path: " + e.getReason(), e);
    }
    throw new IllegalArgumentException(
        "--url names a relative path: write file:///DIRECTORY, with an absolute one");
  }
}
