package org.btrfs2s3.it.cold;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.s3.S3Server;
import org.jspecify.annotations.Nullable;

/**
 * The files of a directory as the objects of a bucket, frozen as S3 documents it: there is no
 * server that thaws to test with. A thaw ends when a test says so. Looks at no signatures, and only
 * reads.
 */
final class ColdServer implements AutoCloseable {
  private static final String BUCKET = "cold";
  private static final String EXPIRY = "Fri, 27 Nov 2099 00:00:00 GMT";

  private enum Thaw {
    NONE,
    ONGOING,
    DONE
  }

  /** An answer, of which HEAD gets no body: a character for each byte. */
  private record Answer(int status, Map<String, String> headers, String body) {
    static Answer ofXml(int status, String xml) {
      return new Answer(status, Map.of("Content-Type", "application/xml"), xml);
    }

    static Answer error(int status, String code) {
      return ofXml(
          status, "<Error><Code>%s</Code><Message>scripted</Message></Error>".formatted(code));
    }
  }

  private final Path directory;
  private final HttpServer server;
  // All guarded by this.
  private final Map<String, String> classes = new HashMap<>();
  private final Map<String, Thaw> thaws = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private @Nullable String refused;
  private boolean denies;

  ColdServer(Path directory) throws IOException {
    this.directory = directory;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Makes it a remote of a configuration. */
  ConfigFile addTo(ConfigFile config, String id) {
    S3Server address =
        S3Server.unsigned(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    return config.s3Remote(id, BUCKET, "", address.secretKey(), address);
  }

  /** From now on nothing is frozen, and nobody asked for anything. */
  synchronized void reset() {
    classes.clear();
    thaws.clear();
    asked.clear();
    refused = null;
    denies = false;
  }

  synchronized void freeze(String key, String storageClass) {
    classes.put(key, storageClass);
  }

  /** This one is frozen, but no listing and no look-up says so. */
  synchronized void refuse(String key) {
    refused = key;
  }

  /** Every copy that was asked for is there now. */
  synchronized void finishThaws() {
    thaws.replaceAll((key, thaw) -> Thaw.DONE);
  }

  /** Whether there is no permission to thaw. */
  synchronized void deny(boolean deny) {
    denies = deny;
  }

  /** What was asked to be thawed so far: key, and tier. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), body);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] content = answer.body().getBytes(ISO_8859_1);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      exchange.sendResponseHeaders(answer.status(), content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private String content(String key) throws IOException {
    return Files.readString(directory.resolve(key), ISO_8859_1);
  }

  private synchronized Answer answer(String method, URI uri, String body) throws IOException {
    String key = uri.getPath().substring(Math.min(uri.getPath().length(), BUCKET.length() + 2));
    if (key.isEmpty()) {
      return list();
    }
    if (!Files.isRegularFile(directory.resolve(key))) {
      return Answer.error(404, "NoSuchKey");
    }
    return switch (method) {
      case "HEAD" -> new Answer(200, headers(key), content(key));
      case "GET" -> get(key);
      case "POST" -> thaw(key, body);
      default -> Answer.error(405, "MethodNotAllowed");
    };
  }

  private Answer list() throws IOException {
    StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    xml.append("<EncodingType>url</EncodingType>");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String key = file.getFileName().toString();
        xml.append(
            "<Contents><Key>%s</Key><Size>%d</Size><LastModified>2026-01-31T12:00:00.000Z</LastModified><StorageClass>%s</StorageClass></Contents>"
                .formatted(
                    URLEncoder.encode(key, UTF_8),
                    Files.size(file),
                    classes.getOrDefault(key, "STANDARD")));
      }
    }
    return Answer.ofXml(200, xml.append("</ListBucketResult>").toString());
  }

  private Map<String, String> headers(String key) {
    Map<String, String> headers = new TreeMap<>(Map.of("ETag", "\"" + key.hashCode() + "\""));
    headers.put("Last-Modified", "Sat, 31 Jan 2026 12:00:00 GMT");
    String storageClass = classes.get(key);
    if (storageClass != null) {
      headers.put("x-amz-storage-class", storageClass);
    }
    switch (thaws.getOrDefault(key, Thaw.NONE)) {
      case NONE -> {}
      case ONGOING -> headers.put("x-amz-restore", "ongoing-request=\"true\"");
      case DONE ->
          headers.put("x-amz-restore", "ongoing-request=\"false\", expiry-date=\"" + EXPIRY + "\"");
    }
    return headers;
  }

  private Answer get(String key) throws IOException {
    boolean isFrozen = isArchive(classes.get(key)) && thaws.get(key) != Thaw.DONE;
    return isFrozen || key.equals(refused)
        ? Answer.error(403, "InvalidObjectState")
        : new Answer(200, headers(key), content(key));
  }

  private static boolean isArchive(@Nullable String storageClass) {
    return "GLACIER".equals(storageClass) || "DEEP_ARCHIVE".equals(storageClass);
  }

  private Answer thaw(String key, String body) {
    if (denies) {
      return Answer.error(403, "AccessDenied");
    }
    asked.add(key + " " + body.replaceAll(".*<Tier>(.*)</Tier>.*", "$1"));
    Thaw before = thaws.getOrDefault(key, Thaw.NONE);
    if (before == Thaw.ONGOING) {
      return Answer.error(409, "RestoreAlreadyInProgress");
    }
    thaws.putIfAbsent(key, Thaw.ONGOING);
    return new Answer(before == Thaw.DONE ? 200 : 202, Map.of(), "");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
