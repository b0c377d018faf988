package org.btrfs2s3.it.s3;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Any S3 server, given by the environment. Tests make buckets on it and delete them again. */
final class GivenEndpoint {
  private static final String ENDPOINT = "BTRFS2S3_IT_S3_ENDPOINT";
  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String REGION = "AWS_DEFAULT_REGION";

  private GivenEndpoint() {}

  static Optional<String> unavailable() {
    return System.getenv(ENDPOINT) == null
        ? Optional.of(ENDPOINT + " is not set")
        : Optional.empty();
  }

  static S3Server server() {
    for (String name : List.of(ACCESS_KEY, SECRET_KEY, REGION)) {
      if (System.getenv(name) == null) {
        throw new IllegalStateException(ENDPOINT + " is set, but not " + name);
      }
    }
    return new S3Server(
        URI.create(value(ENDPOINT)), value(REGION), value(ACCESS_KEY), value(SECRET_KEY), () -> {});
  }

  private static String value(String name) {
    return Objects.requireNonNull(System.getenv(name));
  }
}
