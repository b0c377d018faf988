package org.btrfs2s3.it.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.btrfs2s3.it.proxy.Connection.Peer;
import org.jspecify.annotations.Nullable;

/** One request on its way there, and its answer on its way back. Used once. */
final class Passage {
  private final MessageHead head;
  private final RequestKind kind;
  private final Peer client;
  private final ToServer toServer;
  private @Nullable MeteredOutput body;
  private int status;

  /** The connection to the server, opened at its first use. */
  @FunctionalInterface
  interface ToServer {
    Peer open() throws IOException;
  }

  /** The connections break here, because the script says so. */
  private static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  Passage(MessageHead head, RequestKind kind, Peer client, ToServer toServer) {
    this.head = head;
    this.kind = kind;
    this.client = client;
    this.toServer = toServer;
  }

  /** Of the request's body, so far. */
  long bodyBytes() {
    return body == null ? 0 : body.count();
  }

  /** That the client was given; 0 if none. */
  int status() {
    return status;
  }

  /**
   * Whether the connections can be used for another request.
   *
   * @throws IOException if they must be reset
   */
  boolean under(Fault fault) throws IOException {
    return switch (fault) {
      case Fault.None _ -> pass(null);
      case Fault.Trickle pace -> pass(pace);
      case Fault.Hold hold -> {
        await(hold);
        yield pass(null);
      }
      case Fault.Answer answer -> {
        answer(answer);
        yield true;
      }
      case Fault.Cut cut -> cut(cut);
    };
  }

  private static void await(Fault.Hold hold) throws IOException {
    try {
      hold.gate().await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private boolean pass(Fault.@Nullable Trickle pace) throws IOException {
    Peer server = toServer.open();
    send(server, metered(pace, server.out()));
    return receive(server, metered(pace, client.out()));
  }

  private static MeteredOutput metered(Fault.@Nullable Trickle pace, OutputStream out) {
    return pace == null ? MeteredOutput.unlimited(out) : MeteredOutput.slow(pace, out);
  }

  private void answer(Fault.Answer answer) throws IOException {
    if (answer.executed()) {
      execute();
    } else {
      readBody(MeteredOutput.unlimited(OutputStream.nullOutputStream()));
    }
    String error =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(answer.code(), "a scripted fault");
    // An answer to HEAD has no body.
    byte[] content = head.word(0).equals("HEAD") ? new byte[0] : error.getBytes(UTF_8);
    String start =
        "HTTP/1.1 %d %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
            .formatted(answer.status(), answer.code(), content.length);
    status = answer.status();
    client.out().write(start.getBytes(US_ASCII));
    client.out().write(content);
    client.out().flush();
  }

  private boolean cut(Fault.Cut cut) throws IOException {
    switch (cut.point()) {
      case BEFORE_REQUEST -> {}
      case IN_REQUEST -> sendUpTo(cut.bytes());
      case BEFORE_ANSWER -> execute();
      case IN_ANSWER -> receiveUpTo(cut.bytes());
      case AFTER_ANSWER -> {
        pass(null);
        cut.before().run();
        // A reset would take back what the client has not read yet.
        return false;
      }
    }
    cut.before().run();
    throw new CutException();
  }

  private void sendUpTo(long bytes) throws IOException {
    Peer server = toServer.open();
    try {
      send(server, MeteredOutput.endingAfter(bytes, server.out()));
    } catch (MeteredOutput.FullException e) {
      // As it was meant to be.
    }
  }

  private void receiveUpTo(long bytes) throws IOException {
    Peer server = toServer.open();
    send(server, MeteredOutput.unlimited(server.out()));
    try {
      receive(server, MeteredOutput.endingAfter(bytes, client.out()));
    } catch (MeteredOutput.FullException e) {
      // As it was meant to be.
    }
  }

  /** The server does it, and nobody hears of it. */
  private void execute() throws IOException {
    Peer server = toServer.open();
    send(server, MeteredOutput.unlimited(server.out()));
    MessageHead answer = readAnswer(server);
    readAnswerBody(answer, server, OutputStream.nullOutputStream());
  }

  private void send(Peer server, MeteredOutput out) throws IOException {
    server.out().write(head.without("Expect").bytes());
    readBody(out);
  }

  private void readBody(MeteredOutput out) throws IOException {
    if (head.header("Expect").isPresent()) {
      client.out().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
      client.out().flush();
    }
    body = out;
    Body.copyOfRequest(head, client.in(), out);
    out.flush();
  }

  private boolean receive(Peer server, MeteredOutput out) throws IOException {
    MessageHead answer = readAnswer(server);
    if (kind == RequestKind.GET_OBJECT) {
      tell(answer);
      readAnswerBody(answer, server, out);
    } else {
      // What the client learns, the server has done.
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      readAnswerBody(answer, server, content);
      tell(answer);
      content.writeTo(out);
    }
    out.flush();
    boolean hasEnd = hasNoBody(answer) || !Body.endsWithConnection(answer);
    return hasEnd && !answer.says("Connection", "close");
  }

  private void tell(MessageHead answer) throws IOException {
    status = Integer.parseInt(answer.word(1));
    client.out().write(answer.bytes());
    client.out().flush();
  }

  private static MessageHead readAnswer(Peer server) throws IOException {
    return MessageHead.read(server.in()).orElseThrow(() -> new IOException("no answer"));
  }

  private void readAnswerBody(MessageHead answer, Peer server, OutputStream out)
      throws IOException {
    if (!hasNoBody(answer)) {
      Body.copyOfAnswer(answer, server.in(), out);
    }
  }

  private boolean hasNoBody(MessageHead answer) {
    return head.word(0).equals("HEAD")
        || answer.word(1).equals("204")
        || answer.word(1).equals("304");
  }
}
