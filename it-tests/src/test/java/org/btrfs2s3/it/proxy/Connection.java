package org.btrfs2s3.it.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client; requests come one after the other. Each has its own connection to the
 * server, because one that the server closed while it was idle would look like a fault.
 */
final class Connection implements Runnable {
  private final FaultProxy proxy;
  private final Socket client;
  private @Nullable Peer server;

  /** One side, as a stream of messages. */
  record Peer(Socket socket, InputStream in, OutputStream out) {
    static Peer of(Socket socket) throws IOException {
      return new Peer(
          socket,
          new BufferedInputStream(socket.getInputStream()),
          new BufferedOutputStream(socket.getOutputStream()));
    }
  }

  Connection(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      Peer from = Peer.of(client);
      Optional<MessageHead> head = MessageHead.read(from.in());
      while (head.isPresent() && serve(head.get(), from)) {
        head = MessageHead.read(from.in());
      }
      close(false);
    } catch (IOException e) {
      // One side has hung up, or was told to: whoever is left sees that.
      close(true);
    }
  }

  private boolean serve(MessageHead head, Peer from) throws IOException {
    Request request = proxy.begin(head.word(0), head.word(1));
    Passage passage = new Passage(head, request.kind(), from, this::server);
    Fault fault = new Fault.None();
    try {
      fault = proxy.faultOf(request);
      boolean reusable = passage.under(fault);
      closeServer(false);
      return reusable;
    } finally {
      proxy.end(new Exchange(request, fault, passage.bodyBytes(), passage.status()));
    }
  }

  private Peer server() throws IOException {
    if (server == null) {
      server = Peer.of(proxy.connectToServer());
    }
    return server;
  }

  private void close(boolean reset) {
    close(client, reset);
    closeServer(reset);
  }

  private void closeServer(boolean reset) {
    if (server != null) {
      close(server.socket(), reset);
      server = null;
    }
  }

  private void close(Socket socket, boolean reset) {
    try (socket) {
      if (reset) {
        // Without lingering, the other side gets a reset instead of an orderly end.
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // It was closed already.
    } finally {
      proxy.forget(socket);
    }
  }
}
