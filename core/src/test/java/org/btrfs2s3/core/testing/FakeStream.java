package org.btrfs2s3.core.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Send streams of {@link FakeSubvolume}s: files that differ from the parent's are written anew.
 * What is read was verified before by the production code, and so is well-formed.
 */
final class FakeStream {

  private static final int HEADER_BYTES = 17;
  private static final int COMMAND_BYTES = 10;
  private static final int MKFILE = 3;
  private static final int UNLINK = 11;
  private static final int WRITE = 15;
  private static final int TRUNCATE = 17;
  private static final int SIZE = 4;
  private static final int PATH = 15;
  private static final int OFFSET = 18;
  private static final int DATA = 19;

  private final byte[] stream;
  private final StreamIdentity identity;

  private FakeStream(byte[] stream, StreamIdentity identity) {
    this.stream = stream;
    this.identity = identity;
  }

  /**
   * @param parentFiles empty for a full stream
   * @param withData as the option of {@code btrfs send}
   */
  static byte[] write(
      String name,
      StreamIdentity identity,
      Map<String, byte[]> files,
      Map<String, byte[]> parentFiles,
      boolean withData) {
    var writer = SendStreamWriter.v1().begin(name, identity);
    parentFiles.keySet().stream().filter(f -> !files.containsKey(f)).forEach(writer::unlink);
    long inode = 257;
    for (var file : files.entrySet()) {
      var before = parentFiles.get(file.getKey());
      if (Arrays.equals(file.getValue(), before)) {
        continue;
      }
      if (before == null) {
        writer.mkfile(file.getKey(), inode++);
      }
      if (withData) {
        writer.write(file.getKey(), 0, file.getValue());
        writer.truncate(file.getKey(), file.getValue().length);
      } else {
        writer.updateExtent(file.getKey(), 0, file.getValue().length);
      }
    }
    return writer.end().toByteArray();
  }

  static FakeStream read(byte[] stream) throws SendStreamException {
    var verifier = SendStreamVerifier.inspecting();
    verifier.update(stream, 0, stream.length);
    return new FakeStream(stream, verifier.finish());
  }

  StreamIdentity identity() {
    return identity;
  }

  /** What the received subvolume is called. */
  String name() {
    return text(attributes(HEADER_BYTES), PATH);
  }

  /** Changes the parent's files, or none, to those of the sent subvolume. */
  void applyTo(Map<String, byte[]> files) {
    int start = HEADER_BYTES;
    while (start < stream.length) {
      var values = attributes(start);
      switch (littleEndian(stream).getShort(start + Integer.BYTES)) {
        case MKFILE -> files.put(text(values, PATH), new byte[0]);
        case UNLINK -> files.remove(text(values, PATH));
        case WRITE ->
            files.compute(
                text(values, PATH),
                (_, old) -> overwritten(old, (int) number(values, OFFSET), value(values, DATA)));
        case TRUNCATE ->
            files.computeIfPresent(
                text(values, PATH), (_, old) -> Arrays.copyOf(old, (int) number(values, SIZE)));
        default -> {}
      }
      start = endOf(start);
    }
  }

  private static byte[] overwritten(byte @Nullable [] old, int offset, byte[] data) {
    var before = old == null ? new byte[0] : old;
    var after = Arrays.copyOf(before, Math.max(before.length, offset + data.length));
    System.arraycopy(data, 0, after, offset, data.length);
    return after;
  }

  private int endOf(int start) {
    return start + COMMAND_BYTES + littleEndian(stream).getInt(start);
  }

  private Map<Integer, byte[]> attributes(int start) {
    Map<Integer, byte[]> values = new HashMap<>();
    var numbers = littleEndian(stream);
    int at = start + COMMAND_BYTES;
    while (at < endOf(start)) {
      int from = at + 2 * Short.BYTES;
      int to = from + Short.toUnsignedInt(numbers.getShort(at + Short.BYTES));
      values.put((int) numbers.getShort(at), Arrays.copyOfRange(stream, from, to));
      at = to;
    }
    return values;
  }

  private static byte[] value(Map<Integer, byte[]> values, int attribute) {
    return Objects.requireNonNull(values.get(attribute));
  }

  private static String text(Map<Integer, byte[]> values, int attribute) {
    return new String(value(values, attribute), StandardCharsets.UTF_8);
  }

  private static long number(Map<Integer, byte[]> values, int attribute) {
    return littleEndian(value(values, attribute)).getLong();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
