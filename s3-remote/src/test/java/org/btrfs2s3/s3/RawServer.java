package org.btrfs2s3.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers every request with the same bytes, right or wrong, and hangs up. */
final class RawServer implements AutoCloseable {

  private final ServerSocket socket;
  private final byte[] answer;
  private final Thread thread;

  RawServer(String answer) throws IOException {
    this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
    this.socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    this.thread = Thread.ofPlatform().name("raw-server").start(this::serve);
  }

  S3Settings settings() {
    return ScriptedServer.settings(socket.getLocalPort());
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
    for (var line = in.readLine(); line != null && !line.isEmpty(); ) {
      line = in.readLine();
    }
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
