package org.btrfs2s3.app.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The address of a server that speaks S3. */
final class EndpointUrl {

  /** For messages, which do not show what was found: people write passwords into URLs. */
  static final String EXPECTED =
      "an http or https URL with only a host, a port and a path, such as"
          + " 'https://s3.example.com:9000'";

  private EndpointUrl() {}

  /** Empty if the text is none. */
  static Optional<URI> parse(String text) {
    try {
      var url = new URI(text);
      return isHttp(url) && url.getHost() != null && hasNothingElse(url)
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isHttp(URI url) {
    return url.getScheme() != null && url.getScheme().toLowerCase(Locale.ROOT).matches("https?");
  }

  private static boolean hasNothingElse(URI url) {
    return url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
  }
}
