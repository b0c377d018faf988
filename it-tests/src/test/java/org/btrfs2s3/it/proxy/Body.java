package org.btrfs2s3.it.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies the bodies of HTTP messages as they are, and only them. */
final class Body {
  private Body() {}

  static void copyOfRequest(MessageHead head, InputStream in, OutputStream out) throws IOException {
    if (head.says("Transfer-Encoding", "chunked")) {
      copyChunks(in, out);
    } else {
      copy(in, out, head.header("Content-Length").map(Long::parseLong).orElse(0L));
    }
  }

  /** Without a length it goes on to the end of the connection. */
  static void copyOfAnswer(MessageHead head, InputStream in, OutputStream out) throws IOException {
    if (endsWithConnection(head)) {
      in.transferTo(out);
    } else {
      copyOfRequest(head, in, out);
    }
  }

  static boolean endsWithConnection(MessageHead head) {
    return head.header("Content-Length").isEmpty() && !head.says("Transfer-Encoding", "chunked");
  }

  private static void copyChunks(InputStream in, OutputStream out) throws IOException {
    long size;
    do {
      String line = copyLine(in, out);
      size = Long.parseLong(line.split(";", 2)[0].strip(), 16);
      copy(in, out, size);
      if (size > 0) {
        copyLine(in, out);
      }
    } while (size > 0);
    while (!copyLine(in, out).isEmpty()) {
      // Headers that come last.
    }
  }

  private static String copyLine(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    do {
      next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
    } while (next != '\n');
    out.write(line.toByteArray());
    return line.toString(ISO_8859_1).strip();
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long left = length; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }
}
