package org.btrfs2s3.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Just enough of S3 for one bucket, without signatures and conditions, in front of which answers
 * can be replaced or lost. The first scripted reaction that fits a request counts.
 */
final class ScriptedServer implements AutoCloseable {

  static final String BUCKET = "bucket";

  private static final int REMEMBERED_BYTES = 1 << 20;

  /** A request as it came; header names in lower case, a character for each byte. */
  record Request(
      String method, String path, String query, Map<String, String> headers, String body) {

    boolean is(String wantedMethod, String inQuery) {
      return method.equals(wantedMethod) && query.contains(inQuery);
    }

    /** Without a part's body: a test that repeats hundreds of them needs its memory. */
    Request remembered() {
      return body.length() <= REMEMBERED_BYTES
          ? this
          : new Request(method, path, query, headers, "");
    }

    String key() {
      return path.substring(Math.min(path.length(), BUCKET.length() + 2));
    }
  }

  /**
   * What to answer.
   *
   * @param sent how many bytes of the body are sent before the connection breaks off
   */
  record Response(int status, String body, Map<String, String> headers, int sent) {

    Response(int status, String body, Map<String, String> headers) {
      this(status, body, headers, body.length());
    }

    Response brokenOffAfter(int count) {
      return new Response(status, body, headers, count);
    }

    static Response ok(String body) {
      return new Response(200, body, Map.of());
    }

    static Response error(int status, String code) {
      return new Response(
          status,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
              + code
              + "</Code><Message>scripted</Message><RequestId>4711</RequestId></Error>",
          Map.of());
    }
  }

  /** What to do with a request instead of serving it; nothing: the answer is lost. */
  interface Reaction {
    @Nullable Response to(Request request);
  }

  private record Scripted(Predicate<Request> condition, Reaction reaction, boolean once) {}

  private record Content(String bytes, Map<String, String> headers) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Arrival arrival = request -> {};
  // All guarded by this.
  private final Deque<Scripted> script = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();
  private final Map<String, Content> objects = new TreeMap<>();
  private final Map<String, Map<String, String>> uploads = new TreeMap<>();
  private final Map<Integer, String> parts = new TreeMap<>();
  private boolean usualETags = true;
  private String lastModified = "2026-01-31T12:00:00Z";

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  S3Settings settings() {
    return settings(server.getAddress().getPort());
  }

  /** Settings to reach the bucket on a port of this machine. */
  static S3Settings settings(int port) {
    var endpoint = URI.create("http://127.0.0.1:" + port);
    var key = new AccessKey("id", "hush");
    return new S3Settings(
        BUCKET, "", new S3Endpoint(null, null, key, endpoint, new TlsVerification.On()));
  }

  synchronized void once(Predicate<Request> condition, Reaction reaction) {
    script.add(new Scripted(condition, reaction, true));
  }

  synchronized void always(Predicate<Request> condition, Reaction reaction) {
    script.add(new Scripted(condition, reaction, false));
  }

  synchronized List<Request> requests(String method, String inQuery) {
    return requests.stream().filter(request -> request.is(method, inQuery)).toList();
  }

  synchronized @Nullable String content(String key) {
    var content = objects.get(key);
    return content == null ? null : content.bytes();
  }

  synchronized void store(String key, String bytes) {
    objects.put(key, new Content(bytes, Map.of("ETag", etagOf(bytes))));
  }

  /** From now on ETags say nothing of the bytes. */
  synchronized void useUnusualETags() {
    usualETags = false;
  }

  /** When all objects were last modified, as listings show it. */
  synchronized void setLastModified(Instant time) {
    lastModified = time.toString();
  }

  /** Loses the last byte of an object. */
  synchronized void truncate(String key) {
    objects.computeIfPresent(
        key,
        (name, content) ->
            new Content(
                content.bytes().substring(0, content.bytes().length() - 1), content.headers()));
  }

  synchronized int pendingUploads() {
    return uploads.size();
  }

  /** What happens to requests that were read before they are answered; may block. */
  interface Arrival {
    void of(Request request) throws InterruptedException;
  }

  void beforeAnswer(Arrival newArrival) {
    arrival = newArrival;
  }

  /** There is one set of parts for all uploads: the next upload begins without. */
  synchronized void forgetParts() {
    parts.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = read(exchange);
      try {
        arrival.of(request);
      } catch (InterruptedException endOfTheTest) {
        return;
      }
      var response = answer(request);
      if (response != null) {
        send(exchange, request, response);
      }
    }
  }

  private static Request read(HttpExchange exchange) throws IOException {
    var headers = new TreeMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              headers.put(name.toLowerCase(Locale.ROOT), values.getFirst());
            });
    var uri = exchange.getRequestURI();
    var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    return new Request(exchange.getRequestMethod(), uri.getPath(), query, headers, body);
  }

  private static void send(HttpExchange exchange, Request request, Response response)
      throws IOException {
    var bytes = response.body().getBytes(StandardCharsets.ISO_8859_1);
    response.headers().forEach(exchange.getResponseHeaders()::set);
    if (request.method().equals("HEAD")) {
      exchange.sendResponseHeaders(response.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes, 0, response.sent());
    exchange.getResponseBody().flush();
  }

  private synchronized @Nullable Response answer(Request request) {
    requests.add(request.remembered());
    var fitting = script.stream().filter(s -> s.condition().test(request)).findFirst();
    if (fitting.isEmpty()) {
      return serve(request);
    }
    if (fitting.get().once()) {
      script.remove(fitting.get());
    }
    return fitting.get().reaction().to(request);
  }

  /** What a server without faults does. */
  synchronized Response serve(Request request) {
    return switch (request.method()) {
      case "HEAD" -> head(request);
      case "GET" -> get(request);
      case "PUT" -> put(request);
      case "POST" -> post(request);
      case "DELETE" -> abort(request);
      default -> Response.error(405, "MethodNotAllowed");
    };
  }

  private Response head(Request request) {
    if (request.key().isEmpty()) {
      return Response.ok("");
    }
    var content = objects.get(request.key());
    if (content == null) {
      return new Response(404, "", Map.of());
    }
    var headers = new TreeMap<>(content.headers());
    headers.put("Content-Length", String.valueOf(content.bytes().length()));
    headers.put("Last-Modified", "Sat, 31 Jan 2026 12:00:00 GMT");
    return new Response(200, "", headers);
  }

  private Response get(Request request) {
    if (request.query().contains("uploadId=")) {
      return uploads.isEmpty()
          ? Response.error(404, "NoSuchUpload")
          : Response.ok("<ListPartsResult></ListPartsResult>");
    }
    if (request.query().contains("list-type=2")) {
      return list(request);
    }
    var content = objects.get(request.key());
    return content == null ? Response.error(404, "NoSuchKey") : Response.ok(content.bytes());
  }

  private Response list(Request request) {
    var query = URLDecoder.decode(request.query(), StandardCharsets.UTF_8);
    var prefix = query.replaceAll(".*prefix=([^&]*).*", "$1");
    var listed = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    objects.forEach(
        (key, content) -> {
          if (key.startsWith(prefix)) {
            listed.append(
                "<Contents><Key>%s</Key><Size>%d</Size><ETag>%s</ETag><LastModified>%s</LastModified></Contents>"
                    .formatted(
                        key,
                        content.bytes().length(),
                        content.headers().getOrDefault("ETag", ""),
                        lastModified));
          }
        });
    return Response.ok(listed.append("</ListBucketResult>").toString());
  }

  private Response put(Request request) {
    if (request.query().contains("partNumber=")) {
      int number = Integer.parseInt(request.query().replaceAll(".*partNumber=(\\d+).*", "$1"));
      parts.put(number, request.body());
      return new Response(200, "", Map.of("ETag", etagOf(request.body())));
    }
    var headers = metadata(request);
    headers.put("ETag", etagOf(request.body()));
    objects.put(request.key(), new Content(request.body(), headers));
    return new Response(200, "", Map.of("ETag", etagOf(request.body())));
  }

  private String etagOf(String bytes) {
    return usualETags
        ? '"' + HexFormat.of().formatHex(md5(bytes.getBytes(StandardCharsets.ISO_8859_1))) + '"'
        : "\"unusual\"";
  }

  private String etagOfParts() {
    var all = new ByteArrayOutputStream();
    parts.values().forEach(part -> all.writeBytes(md5(part.getBytes(StandardCharsets.ISO_8859_1))));
    return usualETags
        ? '"' + HexFormat.of().formatHex(md5(all.toByteArray())) + "-" + parts.size() + '"'
        : "\"unusual\"";
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Response post(Request request) {
    if (request.query().startsWith("uploads")) {
      uploads.put(request.key(), metadata(request));
      return Response.ok(
          "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
    }
    var metadata = uploads.remove(request.key());
    if (metadata == null) {
      return Response.error(404, "NoSuchUpload");
    }
    metadata.put("ETag", etagOfParts());
    objects.put(request.key(), new Content(String.join("", parts.values()), metadata));
    return Response.ok(
        "<CompleteMultipartUploadResult><ETag>%s</ETag></CompleteMultipartUploadResult>"
            .formatted(etagOfParts()));
  }

  private Response abort(Request request) {
    return uploads.remove(request.key()) == null
        ? Response.error(404, "NoSuchUpload")
        : new Response(204, "", Map.of());
  }

  private static Map<String, String> metadata(Request request) {
    var metadata = new TreeMap<String, String>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-amz-meta-")) {
                metadata.put(name, value);
              }
            });
    return metadata;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
