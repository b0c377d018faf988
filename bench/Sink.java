import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An S3 server that forgets what it is sent, so that it costs a benchmark next to nothing. It
 * remembers names, sizes, ETags and metadata, and the content of what is not larger than {@link
 * #KEPT_BYTES} (restic reads its own small files back). Signatures are not checked; every bucket
 * exists.
 *
 * <p>The files of the directory {@code served}, if there is one in its own, are objects of the bucket
 * of that name, to be read.
 *
 * <p>Arguments: a directory, and for https a PKCS#12 file and a file with its password. It listens
 * on a free port of 127.0.0.1, writes its number to {@code port} in the directory, and a line for
 * each request to {@code requests}: operation, status, bytes of the body, bucket and key.
 */
class Sink {

  static final int KEPT_BYTES = 64 << 10;

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    SSLContext tls =
        arguments.length > 1 ? tls(Path.of(arguments[1]), Path.of(arguments[2])) : null;
    var log = new PrintWriter(Files.newBufferedWriter(directory.resolve("requests")), true);
    var store = new Store();
    store.serve(directory.resolve("served"));
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 64);
      publishPort(directory, ((InetSocketAddress) server.getLocalAddress()).getPort());
      while (true) {
        var channel = server.accept();
        Thread.ofPlatform()
            .daemon()
            .name("connection")
            .start(() -> new Connection(wire(channel, tls), store, log).serve());
      }
    }
  }

  /** Renamed into its place, so that nobody reads half of it. */
  private static void publishPort(Path directory, int port) throws IOException {
    Path unfinished = Files.writeString(directory.resolve("port.new"), port + "\n");
    Files.move(unfinished, directory.resolve("port"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static SSLContext tls(Path store, Path passwordFile) throws Exception {
    char[] password = Files.readString(passwordFile).strip().toCharArray();
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(store.toFile(), password), password);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static Wire wire(SocketChannel channel, SSLContext tls) {
    return tls == null ? new PlainWire(channel) : new TlsWire(channel, tls);
  }

  /** The bytes of one connection. */
  interface Wire extends AutoCloseable {

    ByteBuffer newBuffer(int capacity);

    /** Reads at least one byte, or returns -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    void write(byte[] bytes) throws IOException;

    void write(Slice slice) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Some bytes of a file. */
  private record Slice(Path file, long offset, long length) {}

  private record PlainWire(SocketChannel channel) implements Wire {

    /** Direct: the kernel fills it without a copy in between. */
    @Override
    public ByteBuffer newBuffer(int capacity) {
      return ByteBuffer.allocateDirect(capacity);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public void write(Slice slice) throws IOException {
      try (var file = FileChannel.open(slice.file())) {
        for (long sent = 0; sent < slice.length(); ) {
          sent += file.transferTo(slice.offset() + sent, slice.length() - sent, channel);
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class TlsWire implements Wire {

    private final SSLSocket socket;

    TlsWire(SocketChannel channel, SSLContext context) {
      try {
        Socket plain = channel.socket();
        socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public ByteBuffer newBuffer(int capacity) {
      return ByteBuffer.allocate(capacity);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int count = socket.getInputStream().read(into.array(), into.position(), into.remaining());
      if (count > 0) {
        into.position(into.position() + count);
      }
      return count;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    @Override
    public void write(Slice slice) throws IOException {
      try (var file = FileChannel.open(slice.file())) {
        file.position(slice.offset());
        var in = Channels.newInputStream(file);
        byte[] bytes = new byte[1 << 20];
        for (long left = slice.length(); left > 0; ) {
          int count = in.read(bytes, 0, (int) Math.min(left, bytes.length));
          socket.getOutputStream().write(bytes, 0, count);
          left -= count;
        }
        socket.getOutputStream().flush();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** The beginning of a request. Names of headers are in lower case. */
  private record Head(
      String method,
      String bucket,
      String key,
      Map<String, String> query,
      Map<String, String> headers) {

    static Head parse(String text) {
      String[] lines = text.split("\r\n");
      String[] request = lines[0].split(" ");
      String[] target = request[1].split("\\?", 2);
      String[] path = decodePath(target[0]).substring(1).split("/", 2);
      Map<String, String> headers = new TreeMap<>();
      for (String line : Arrays.asList(lines).subList(1, lines.length)) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      return new Head(
          request[0],
          path[0],
          path.length > 1 ? path[1] : "",
          query(target.length > 1 ? target[1] : ""),
          headers);
    }

    private static Map<String, String> query(String text) {
      Map<String, String> query = new LinkedHashMap<>();
      for (String pair : text.split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], UTF_8) : "");
      }
      return query;
    }

    /** Unlike in a query, a plus is a plus. */
    private static String decodePath(String path) {
      return URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    boolean has(String parameter) {
      return query.containsKey(parameter);
    }

    Map<String, String> metadata() {
      Map<String, String> metadata = new TreeMap<>(headers);
      metadata.keySet().removeIf(name -> !name.startsWith("x-amz-meta-"));
      return metadata;
    }
  }

  /** What is left of a body: its size, and its content if that is small. */
  private record Body(long size, byte[] content) {

    boolean isKept() {
      return content.length == size;
    }

    /** What the chunks with their signatures hold. */
    Body withoutSignatures(long decodedSize) {
      var decoded = new ByteArrayOutputStream();
      int position = 0;
      while (isKept() && position < content.length) {
        int lineEnd = position;
        while (content[lineEnd] != '\r') {
          lineEnd++;
        }
        String line = new String(content, position, lineEnd - position, ISO_8859_1);
        int length = Integer.parseInt(line.split(";")[0], 16);
        if (length == 0) {
          break;
        }
        decoded.write(content, lineEnd + 2, length);
        position = lineEnd + 2 + length + 2;
      }
      return new Body(decodedSize, decoded.toByteArray());
    }
  }

  /**
   * @param file that holds the content; null if nothing but {@code body} does
   */
  private record StoredObject(
      Body body, String tag, Instant modified, Map<String, String> metadata, Path file) {}

  /** An upload in parts: the sizes of the parts by number. */
  private record Upload(
      String bucket,
      String key,
      Instant initiated,
      Map<String, String> metadata,
      NavigableMap<Integer, Long> parts) {}

  /** All that is remembered. Safe for all threads. */
  private static final class Store {

    private final AtomicLong counter = new AtomicLong();
    private final Map<String, NavigableMap<String, StoredObject>> buckets =
        new ConcurrentHashMap<>();
    private final NavigableMap<String, Upload> uploads = new ConcurrentSkipListMap<>();

    void serve(Path directory) throws IOException {
      if (!Files.isDirectory(directory)) {
        return;
      }
      try (var files = Files.list(directory)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          var body = new Body(Files.size(file), new byte[0]);
          bucket("served")
              .put(
                  file.getFileName().toString(),
                  new StoredObject(body, newTag(), Instant.now(), Map.of(), file));
        }
      }
    }

    String newTag() {
      return "%032x".formatted(counter.incrementAndGet());
    }

    NavigableMap<String, StoredObject> bucket(String name) {
      return buckets.computeIfAbsent(name, _ -> new ConcurrentSkipListMap<>());
    }
  }

  /**
   * @param slice what follows the headers instead of {@code content}; null if that does
   */
  private record Answer(
      String operation, int status, Map<String, String> headers, byte[] content, Slice slice) {

    Answer(String operation, int status, Map<String, String> headers, byte[] content) {
      this(operation, status, headers, content, null);
    }

    static Answer of(String operation, int status) {
      return new Answer(operation, status, Map.of(), new byte[0]);
    }

    static Answer xml(String operation, String xml) {
      return xml(operation, 200, xml);
    }

    static Answer error(String operation, int status, String code) {
      return xml(operation, status, "<Error><Code>" + code + "</Code></Error>");
    }

    private static Answer xml(String operation, int status, String xml) {
      String document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml;
      return new Answer(
          operation, status, Map.of("Content-Type", "application/xml"), document.getBytes(UTF_8));
    }

    Answer with(Map<String, String> more) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.putAll(more);
      return new Answer(operation, status, all, content, slice);
    }
  }

  /** Answers requests one after the other. */
  private static final class Connection {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final DateTimeFormatter HTTP_DATE =
        DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Wire wire;
    private final Requests requests;
    private final PrintWriter log;

    /** What was read and is not yet used: from its position to its limit. */
    private final ByteBuffer buffer;

    Connection(Wire wire, Store store, PrintWriter log) {
      this.wire = wire;
      this.requests = new Requests(store);
      this.log = log;
      this.buffer = wire.newBuffer(BUFFER_BYTES).limit(0);
    }

    void serve() {
      try (wire) {
        for (String text = readHead(); !text.isEmpty(); text = readHead()) {
          answer(Head.parse(text));
        }
      } catch (IOException e) {
        // The client went away.
      } catch (RuntimeException e) {
        e.printStackTrace();
      }
    }

    private void answer(Head head) throws IOException {
      if (head.header("expect").equalsIgnoreCase("100-continue")) {
        wire.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      }
      Body body = readBody(head);
      String decodedSize = head.header("x-amz-decoded-content-length");
      if (!decodedSize.isEmpty()) {
        body = body.withoutSignatures(Long.parseLong(decodedSize));
      }
      Answer answer = requests.handle(head, body);
      log.printf(
          "%s %d %d %s/%s%n",
          answer.operation(), answer.status(), body.size(), head.bucket(), head.key());
      write(head, answer);
    }

    private void write(Head head, Answer answer) throws IOException {
      var text = new StringBuilder("HTTP/1.1 " + answer.status() + " -\r\n");
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.put("Content-Length", Integer.toString(answer.content().length));
      headers.put("Date", HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
      headers.put("Server", "sink");
      headers.putAll(answer.headers());
      headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(text.append("\r\n").toString().getBytes(ISO_8859_1));
      if (!head.method().equals("HEAD") && answer.status() != 204) {
        bytes.writeBytes(answer.content());
      }
      wire.write(bytes.toByteArray());
      if (answer.slice() != null) {
        wire.write(answer.slice());
      }
    }

    /** Without the empty line at its end; empty if the connection ended before. */
    private String readHead() throws IOException {
      var head = new StringBuilder();
      for (String line = readLine(); !line.isEmpty(); line = readLine()) {
        head.append(line).append("\r\n");
      }
      return head.toString();
    }

    /** Empty at the end of the connection, too. */
    private String readLine() throws IOException {
      var line = new StringBuilder();
      while (fill()) {
        char next = (char) (buffer.get() & 0xff);
        if (next == '\n') {
          break;
        }
        if (next != '\r') {
          line.append(next);
        }
      }
      return line.toString();
    }

    private Body readBody(Head head) throws IOException {
      var kept = new ByteArrayOutputStream();
      long size = 0;
      if (!head.header("transfer-encoding").equalsIgnoreCase("chunked")) {
        String length = head.header("content-length");
        size = length.isEmpty() ? 0 : Long.parseLong(length);
        skip(size, kept);
        return new Body(size, kept.toByteArray());
      }
      for (long length = readChunkLength(); length > 0; length = readChunkLength()) {
        skip(length, kept);
        size += length;
        readLine();
      }
      readHead();
      return new Body(size, kept.toByteArray());
    }

    private long readChunkLength() throws IOException {
      return Long.parseLong(readLine().split(";")[0], 16);
    }

    /** Keeps nothing of what is larger than {@link Sink#KEPT_BYTES}. */
    private void skip(long length, ByteArrayOutputStream kept) throws IOException {
      for (long left = length; left > 0; ) {
        if (!fill()) {
          throw new EOFException();
        }
        int count = (int) Math.min(left, buffer.remaining());
        if (length <= KEPT_BYTES && kept.size() + count <= KEPT_BYTES) {
          byte[] bytes = new byte[count];
          buffer.get(bytes);
          kept.writeBytes(bytes);
        } else {
          buffer.position(buffer.position() + count);
        }
        left -= count;
      }
    }

    /** Whether there is something in the buffer, after reading if there was not. */
    private boolean fill() throws IOException {
      if (buffer.hasRemaining()) {
        return true;
      }
      buffer.clear();
      int count = wire.read(buffer);
      buffer.flip();
      return count > 0;
    }
  }

  /** What S3 does for each kind of request. */
  private static final class Requests {

    private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>", Pattern.DOTALL);
    private static final int PAGE = 1000;

    private final Store store;

    Requests(Store store) {
      this.store = store;
    }

    Answer handle(Head head, Body body) {
      return head.key().isEmpty() ? ofBucket(head, body) : ofObject(head, body);
    }

    private Answer ofBucket(Head head, Body body) {
      return switch (head.method()) {
        case "GET" -> {
          if (head.bucket().isEmpty()) {
            yield Answer.xml("ListBuckets", "<ListAllMyBucketsResult/>");
          }
          if (head.has("location")) {
            yield Answer.xml("GetBucketLocation", "<LocationConstraint/>");
          }
          yield head.has("uploads") ? listUploads(head) : list(head);
        }
        case "HEAD" -> Answer.of("HeadBucket", 200);
        case "PUT" -> Answer.of("CreateBucket", 200);
        case "POST" -> deleteAll(head, body);
        default -> Answer.error(head.method(), 501, "NotImplemented");
      };
    }

    private Answer ofObject(Head head, Body body) {
      return switch (head.method()) {
        case "HEAD" -> head(head);
        case "GET" -> head.has("uploadId") ? listParts(head) : get(head);
        case "PUT" -> head.has("partNumber") ? uploadPart(head, body) : put(head, body);
        case "POST" -> head.has("uploads") ? createUpload(head) : complete(head);
        case "DELETE" -> delete(head);
        default -> Answer.error(head.method(), 501, "NotImplemented");
      };
    }

    private Answer head(Head head) {
      StoredObject object = store.bucket(head.bucket()).get(head.key());
      if (object == null) {
        return Answer.of("HeadObject", 404);
      }
      return Answer.of("HeadObject", 200).with(describe(object));
    }

    private Answer get(Head head) {
      StoredObject object = store.bucket(head.bucket()).get(head.key());
      if (object == null) {
        return Answer.error("GetObject", 404, "NoSuchKey");
      }
      if (object.file() != null) {
        return getFile(head, object);
      }
      if (!object.body().isKept()) {
        return Answer.error("GetObject", 501, "NotImplemented");
      }
      var headers = describe(object);
      return new Answer("GetObject", 200, headers, object.body().content());
    }

    /** All of it, or one range with an end or without. */
    private static Answer getFile(Head head, StoredObject object) {
      var headers = describe(object);
      long size = object.body().size();
      String range = head.header("range").replace("bytes=", "");
      if (range.isEmpty()) {
        return new Answer(
            "GetObject", 200, headers, new byte[0], new Slice(object.file(), 0, size));
      }
      int dash = range.indexOf('-');
      long first = Long.parseLong(range.substring(0, dash));
      String end = range.substring(dash + 1);
      long last = end.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(end));
      headers.put("Content-Length", Long.toString(last - first + 1));
      headers.put("Content-Range", "bytes " + first + "-" + last + "/" + size);
      return new Answer(
          "GetObject",
          206,
          headers,
          new byte[0],
          new Slice(object.file(), first, last - first + 1));
    }

    private static Map<String, String> describe(StoredObject object) {
      Map<String, String> headers = new TreeMap<>(object.metadata());
      headers.put("Content-Length", Long.toString(object.body().size()));
      headers.put("ETag", '"' + object.tag() + '"');
      headers.put("Last-Modified", Connection.HTTP_DATE.format(object.modified()));
      return headers;
    }

    private Answer put(Head head, Body body) {
      return publish("PutObject", head, head.metadata(), body, "");
    }

    private Answer publish(
        String operation, Head head, Map<String, String> metadata, Body body, String xml) {
      var object = new StoredObject(body, store.newTag(), Instant.now(), metadata, null);
      var bucket = store.bucket(head.bucket());
      if (!head.header("if-none-match").equals("*")) {
        bucket.put(head.key(), object);
      } else if (bucket.putIfAbsent(head.key(), object) != null) {
        return Answer.error(operation, 412, "PreconditionFailed");
      }
      Answer answer =
          xml.isEmpty()
              ? Answer.of(operation, 200)
              : Answer.xml(operation, xml.formatted(object.tag()));
      return answer.with(Map.of("ETag", '"' + object.tag() + '"'));
    }

    private Answer createUpload(Head head) {
      String id = "upload-" + store.newTag();
      var parts = new ConcurrentSkipListMap<Integer, Long>();
      store.uploads.put(
          id, new Upload(head.bucket(), head.key(), Instant.now(), head.metadata(), parts));
      return Answer.xml(
          "CreateMultipartUpload",
          ("<InitiateMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key>"
                  + "<UploadId>%s</UploadId></InitiateMultipartUploadResult>")
              .formatted(head.bucket(), escape(head.key()), id));
    }

    private Answer uploadPart(Head head, Body body) {
      Upload upload = store.uploads.get(head.query().get("uploadId"));
      int number = Integer.parseInt(head.query().get("partNumber"));
      if (upload == null) {
        return Answer.error("UploadPart", 404, "NoSuchUpload");
      }
      if (number < 1 || number > 10_000) {
        return Answer.error("UploadPart", 400, "InvalidArgument");
      }
      upload.parts().put(number, body.size());
      return Answer.of("UploadPart", 200).with(Map.of("ETag", '"' + store.newTag() + '"'));
    }

    private Answer complete(Head head) {
      Upload upload = store.uploads.get(head.query().get("uploadId"));
      if (upload == null) {
        return Answer.error("CompleteMultipartUpload", 404, "NoSuchUpload");
      }
      long size = upload.parts().values().stream().mapToLong(Long::longValue).sum();
      Answer answer =
          publish(
              "CompleteMultipartUpload",
              head,
              upload.metadata(),
              new Body(size, new byte[0]),
              "<CompleteMultipartUploadResult><ETag>\"%s\"</ETag></CompleteMultipartUploadResult>");
      if (answer.status() == 200) {
        store.uploads.remove(head.query().get("uploadId"));
      }
      return answer;
    }

    private Answer listParts(Head head) {
      Upload upload = store.uploads.get(head.query().get("uploadId"));
      if (upload == null) {
        return Answer.error("ListParts", 404, "NoSuchUpload");
      }
      var xml = new StringBuilder("<ListPartsResult><IsTruncated>false</IsTruncated>");
      upload
          .parts()
          .forEach(
              (number, size) ->
                  xml.append("<Part><PartNumber>" + number + "</PartNumber><Size>" + size)
                      .append("</Size></Part>"));
      return Answer.xml("ListParts", xml.append("</ListPartsResult>").toString());
    }

    private Answer listUploads(Head head) {
      var xml = new StringBuilder("<ListMultipartUploadsResult>" + encodingType(head));
      xml.append("<IsTruncated>false</IsTruncated>");
      String prefix = head.query().getOrDefault("prefix", "");
      store.uploads.forEach(
          (id, upload) -> {
            if (upload.bucket().equals(head.bucket()) && upload.key().startsWith(prefix)) {
              xml.append("<Upload><Key>" + listed(head, upload.key()) + "</Key><UploadId>" + id)
                  .append("</UploadId><Initiated>" + upload.initiated() + "</Initiated></Upload>");
            }
          });
      xml.append("</ListMultipartUploadsResult>");
      return Answer.xml("ListMultipartUploads", xml.toString());
    }

    private Answer delete(Head head) {
      if (head.has("uploadId")) {
        boolean found = store.uploads.remove(head.query().get("uploadId")) != null;
        return found
            ? Answer.of("AbortMultipartUpload", 204)
            : Answer.error("AbortMultipartUpload", 404, "NoSuchUpload");
      }
      store.bucket(head.bucket()).remove(head.key());
      return Answer.of("DeleteObject", 204);
    }

    private Answer deleteAll(Head head, Body body) {
      var xml = new StringBuilder("<DeleteResult>");
      var keys = KEY.matcher(new String(body.content(), UTF_8));
      while (keys.find()) {
        store.bucket(head.bucket()).remove(unescape(keys.group(1)));
        xml.append("<Deleted><Key>" + keys.group(1) + "</Key></Deleted>");
      }
      return Answer.xml("DeleteObjects", xml.append("</DeleteResult>").toString());
    }

    /** Of both versions: the first goes on after a marker, the second with a token. */
    private Answer list(Head head) {
      var query = head.query();
      boolean second = query.getOrDefault("list-type", "").equals("2");
      String start = query.getOrDefault("start-after", query.getOrDefault("marker", ""));
      String after = query.getOrDefault("continuation-token", start);
      String prefix = query.getOrDefault("prefix", "");
      String delimiter = query.getOrDefault("delimiter", "");
      int page = Integer.parseInt(query.getOrDefault("max-keys", "" + PAGE));
      var xml = new StringBuilder("<ListBucketResult>" + encodingType(head));
      xml.append("<Prefix>" + listed(head, prefix) + "</Prefix>");
      var folders = new TreeSet<String>();
      int count = 0;
      String last = "";
      for (var entry : store.bucket(head.bucket()).tailMap(after, false).entrySet()) {
        String key = entry.getKey();
        if (!key.startsWith(prefix)) {
          continue;
        }
        if (count == page) {
          xml.append("<IsTruncated>true</IsTruncated>");
          String next = second ? "NextContinuationToken" : "NextMarker";
          xml.append("<" + next + ">" + listed(head, last) + "</" + next + ">");
          return Answer.xml("ListObjects", xml.append("</ListBucketResult>").toString());
        }
        int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        if (end < 0) {
          xml.append(contents(head, key, entry.getValue()));
        } else if (folders.add(key.substring(0, end + delimiter.length()))) {
          xml.append("<CommonPrefixes><Prefix>" + listed(head, folders.last()))
              .append("</Prefix></CommonPrefixes>");
        }
        last = key;
        count++;
      }
      xml.append("<KeyCount>" + count + "</KeyCount><IsTruncated>false</IsTruncated>");
      return Answer.xml("ListObjects", xml.append("</ListBucketResult>").toString());
    }

    private static String contents(Head head, String key, StoredObject object) {
      return """
      <Contents><Key>%s</Key><Size>%d</Size><ETag>"%s"</ETag><LastModified>%s</LastModified>\
      <StorageClass>STANDARD</StorageClass></Contents>\
      """
          .formatted(listed(head, key), object.body().size(), object.tag(), object.modified());
    }

    private static boolean isEncoded(Head head) {
      return head.query().getOrDefault("encoding-type", "").equals("url");
    }

    private static String encodingType(Head head) {
      return isEncoded(head) ? "<EncodingType>url</EncodingType>" : "";
    }

    private static String listed(Head head, String key) {
      return isEncoded(head) ? URLEncoder.encode(key, UTF_8) : escape(key);
    }

    private static String escape(String text) {
      return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String unescape(String text) {
      return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }
  }
}
