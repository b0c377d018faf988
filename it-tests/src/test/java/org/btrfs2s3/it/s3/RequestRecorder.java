package org.btrfs2s3.it.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Stands between a client and an S3 server, and remembers what was asked. Closing ends it; what it
 * still passes on ends with its clients.
 */
public final class RequestRecorder implements AutoCloseable {
  private static final Pattern REQUEST_LINE =
      Pattern.compile("^[A-Z]+ /\\S* HTTP/1\\.1$", Pattern.MULTILINE);

  private final S3Server server;
  private final ServerSocket listening;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private RequestRecorder(S3Server server, ServerSocket listening) {
    this.server = server;
    this.listening = listening;
  }

  public static RequestRecorder before(S3Server server) throws IOException {
    RequestRecorder recorder =
        new RequestRecorder(server, new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(recorder::accept);
    return recorder;
  }

  /** The same server, reached through this. */
  public S3Server server() {
    URI endpoint = URI.create("http://127.0.0.1:" + listening.getLocalPort());
    return new S3Server(
        endpoint, server.region(), server.accessKey(), server.secretKey(), () -> {});
  }

  /** The first lines of all requests so far, without bodies that look like one. */
  public List<String> requests() {
    String text;
    synchronized (sent) {
      text = sent.toString(ISO_8859_1);
    }
    return REQUEST_LINE.matcher(text).results().map(line -> line.group()).toList();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket upstream = new Socket(server.endpoint().getHost(), server.endpoint().getPort());
        Thread.ofVirtual().start(() -> pass(client, upstream, true));
        Thread.ofVirtual().start(() -> pass(upstream, client, false));
      }
    } catch (IOException e) {
      // Closed, which is how it is told to end.
      if (!listening.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void pass(Socket from, Socket to, boolean record) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      int length;
      while ((length = in.read(buffer)) > 0) {
        if (record) {
          synchronized (sent) {
            sent.write(buffer, 0, length);
          }
        }
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // One side has hung up: so does this, and whoever is left sees that.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
