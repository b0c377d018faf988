package org.btrfs2s3.it.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.btrfs2s3.it.s3.S3Server;

/**
 * Stands between a client and an S3 server on plain HTTP, addressed path style. Bytes are passed on
 * as they are, so that signatures hold: only an Expect header is answered here and not passed on,
 * which no signature covers.
 *
 * <p>Holds at most 64 KiB of a body, except of answers that are not objects. Closing ends every
 * connection and waits for all threads. Safe for all threads.
 */
public final class FaultProxy implements AutoCloseable {
  private final S3Server server;
  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  // All guarded by this.
  private final Set<Socket> sockets = new HashSet<>();
  private final Map<RequestKind, Integer> counts = new EnumMap<>(RequestKind.class);
  private final List<Request> requests = new ArrayList<>();
  private final List<Exchange> exchanges = new ArrayList<>();
  private Script script = Script.HEALTHY;
  private int running;
  private boolean closed;

  private FaultProxy(S3Server server, ServerSocket listening) {
    this.server = server;
    this.listening = listening;
  }

  /** Passes everything on until it is told otherwise. */
  public static FaultProxy before(S3Server server) throws IOException {
    FaultProxy proxy =
        new FaultProxy(server, new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** The same server, reached through this. */
  public S3Server server() {
    return server.at(URI.create("http://127.0.0.1:" + listening.getLocalPort()));
  }

  /** From now on this happens. Numbers begin again at 1, and earlier requests are forgotten. */
  public synchronized void follow(Script next) {
    script = next;
    counts.clear();
    requests.clear();
    exchanges.clear();
  }

  /** Everything that arrived, in this order. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Everything that has ended, in the order of arrival; waits until nothing is under way. */
  public synchronized List<Exchange> exchanges() throws InterruptedException {
    while (running > 0) {
      wait();
    }
    return exchanges.stream()
        .sorted(Comparator.comparing(exchange -> exchange.request().number()))
        .toList();
  }

  /** What was done to requests; waits as well. */
  public List<Exchange> faults() throws InterruptedException {
    return exchanges().stream().filter(Exchange::isFaulty).toList();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        if (!track(client)) {
          return;
        }
        threads.execute(new Connection(this, client));
      }
    } catch (IOException e) {
      // Closed, which is how it is told to end.
      if (!listening.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Socket connectToServer() throws IOException {
    Socket socket = new Socket(server.endpoint().getHost(), server.endpoint().getPort());
    if (!track(socket)) {
      throw new IOException("the proxy is closed");
    }
    return socket;
  }

  /** False if it is too late, and the socket was closed. */
  private synchronized boolean track(Socket socket) throws IOException {
    if (closed) {
      socket.close();
      return false;
    }
    sockets.add(socket);
    return true;
  }

  synchronized void forget(Socket socket) {
    sockets.remove(socket);
  }

  /** A request has arrived: gives it its numbers. */
  synchronized Request begin(String method, String target) {
    RequestKind kind = Request.kind(method, target);
    int ordinal = counts.merge(kind, 1, Integer::sum);
    Request request = new Request(requests.size() + 1, ordinal, kind, Request.key(target), target);
    requests.add(request);
    running++;
    return request;
  }

  /** Not under the lock: a script may take its time. */
  Fault faultOf(Request request) {
    Script current;
    synchronized (this) {
      current = script;
    }
    return current.faultOf(request);
  }

  synchronized void end(Exchange exchange) {
    // Of an earlier script it is of no interest any more.
    if (requests.contains(exchange.request())) {
      exchanges.add(exchange);
    }
    running--;
    notifyAll();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    synchronized (this) {
      closed = true;
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    threads.shutdownNow();
    threads.close();
  }
}
