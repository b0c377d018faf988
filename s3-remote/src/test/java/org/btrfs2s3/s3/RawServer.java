package org.btrfs2s3.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every request with the same bytes, right or wrong, and hangs up. */
final class RawServer implements AutoCloseable {

  private final ServerSocket socket;
  private final byte[] answer;
  private final Thread thread;
  private final List<List<String>> heads = new CopyOnWriteArrayList<>();

  RawServer(String answer) throws IOException {
    this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
    this.socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    this.thread = Thread.ofPlatform().name("raw-server").start(this::serve);
  }

  S3Settings settings() {
    return ScriptedServer.settings(socket.getLocalPort());
  }

  /** The request line and headers of each request, as they came. */
  List<List<String>> heads() {
    return heads;
  }

  private void serve() {
    try {
      while (true) {
        try (var connection = socket.accept()) {
          answer(connection);
        }
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void answer(Socket connection) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    var head = new ArrayList<String>();
    for (var line = in.readLine(); line != null && !line.isEmpty(); ) {
      head.add(line);
      line = in.readLine();
    }
    heads.add(head);
    connection.getOutputStream().write(answer);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
