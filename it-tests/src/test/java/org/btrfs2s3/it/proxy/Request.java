package org.btrfs2s3.it.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request, as its first line tells it.
 *
 * @param number of all requests of a script, from 1
 * @param ordinal of those of its kind, from 1
 * @param key of an object; empty if it is about the bucket
 * @param target as it was sent: path and query
 */
public record Request(int number, int ordinal, RequestKind kind, String key, String target) {

  /** Path style: the first component is the bucket. */
  static String key(String target) {
    String path = target.split("\\?", 2)[0];
    int end = path.indexOf('/', 1);
    return end < 0 ? "" : URI.create(path.substring(end + 1)).getPath();
  }

  static RequestKind kind(String method, String target) {
    return RequestKind.of(method, !key(target).isEmpty(), parameters(target));
  }

  /** Without the one with which the SDK only says which of its methods was called. */
  private static Set<String> parameters(String target) {
    String[] parts = target.split("\\?", 2);
    return parts.length == 1
        ? Set.of()
        : Arrays.stream(parts[1].split("&"))
            .map(parameter -> URLDecoder.decode(parameter.split("=", 2)[0], UTF_8))
            .filter(name -> !name.equals("x-id"))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String toString() {
    return "request " + number + " (" + kind + " " + ordinal + " of " + key + ")";
  }
}
