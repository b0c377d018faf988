package org.btrfs2s3.it.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The first line and the headers of an HTTP/1.1 message, as they came. */
record MessageHead(String first, List<String> headers) {
  private static final String END = "\r\n\r\n";
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Nothing if the connection ends before it.
   *
   * @throws IOException also if the connection ends within it
   */
  static Optional<MessageHead> read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END.length()) {
      int next = in.read();
      if (next < 0 && bytes.size() == 0) {
        return Optional.empty();
      }
      if (next < 0 || bytes.size() == MOST_BYTES) {
        throw new IOException("no end of the headers");
      }
      bytes.write(next);
      matched = next == END.charAt(matched) ? matched + 1 : next == END.charAt(0) ? 1 : 0;
    }
    List<String> lines = bytes.toString(ISO_8859_1).strip().lines().toList();
    return Optional.of(new MessageHead(lines.getFirst(), lines.subList(1, lines.size())));
  }

  /** The first word of the first line, and so on. */
  String word(int index) {
    return first.split(" ", 3)[index];
  }

  Optional<String> header(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }

  boolean says(String header, String value) {
    return header(header).filter(value::equalsIgnoreCase).isPresent();
  }

  MessageHead without(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return new MessageHead(
        first,
        headers.stream().filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start)).toList());
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(first).append("\r\n");
    headers.forEach(line -> text.append(line).append("\r\n"));
    return text.append("\r\n").toString().getBytes(ISO_8859_1);
  }
}
