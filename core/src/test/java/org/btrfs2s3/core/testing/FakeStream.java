package org.btrfs2s3.core.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SendMode;
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
  private static final int ENCODED_WRITE = 25;
  private static final int SIZE = 4;
  private static final int PATH = 15;
  private static final int OFFSET = 18;
  private static final int DATA = 19;
  private static final int UNENCODED_LENGTH = 28;

  private final byte[] stream;
  private final StreamIdentity identity;

  private FakeStream(byte[] stream, StreamIdentity identity) {
    this.stream = stream;
    this.identity = identity;
  }

  /**
   * @param parentFiles empty for a full stream
   */
  static byte[] write(
      String name,
      StreamIdentity identity,
      Map<String, byte[]> files,
      Map<String, byte[]> parentFiles,
      SendMode mode) {
    var writer =
        (mode == SendMode.COMPRESSED_DATA ? SendStreamWriter.v2() : SendStreamWriter.v1())
            .begin(name, identity);
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
      writeContent(writer, file.getKey(), file.getValue(), mode);
    }
    return writer.end().toByteArray();
  }

  private static void writeContent(
      SendStreamWriter writer, String file, byte[] content, SendMode mode) {
    switch (mode) {
      case DATA -> writer.write(file, 0, content).truncate(file, content.length);
      case COMPRESSED_DATA -> writer.encodedWrite(file, 0, content).truncate(file, content.length);
      case NO_DATA -> writer.updateExtent(file, 0, content.length);
    }
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

  /**
   * Changes the parent's files, or none, to those of the sent subvolume.
   *
   * @throws BtrfsException if that cannot be done, although the stream is one
   */
  void applyTo(Map<String, byte[]> files) throws BtrfsException {
    int start = HEADER_BYTES;
    while (start < stream.length) {
      var values = attributes(start);
      switch (littleEndian(stream).getShort(start + Integer.BYTES)) {
        case MKFILE -> files.put(text(values, PATH), new byte[0]);
        case UNLINK -> unlink(text(values, PATH), files);
        case WRITE ->
            files.compute(
                text(values, PATH),
                (_, old) -> overwritten(old, (int) number(values, OFFSET), value(values, DATA)));
        case ENCODED_WRITE ->
            files.compute(
                text(values, PATH),
                (_, old) ->
                    overwritten(
                        old,
                        (int) number(values, OFFSET),
                        inflated(value(values, DATA), (int) number(values, UNENCODED_LENGTH))));
        case TRUNCATE ->
            files.computeIfPresent(
                text(values, PATH), (_, old) -> Arrays.copyOf(old, (int) number(values, SIZE)));
        default -> {}
      }
      start = endOf(start);
    }
  }

  private static void unlink(String file, Map<String, byte[]> files) throws BtrfsException {
    if (files.remove(file) == null) {
      throw new BtrfsException("btrfs receive: unlink " + file + " failed: ENOENT", "", null);
    }
  }

  private static byte[] overwritten(byte @Nullable [] old, int offset, byte[] data) {
    var before = old == null ? new byte[0] : old;
    var after = Arrays.copyOf(before, Math.max(before.length, offset + data.length));
    System.arraycopy(data, 0, after, offset, data.length);
    return after;
  }

  private static byte[] inflated(byte[] deflated, int length) {
    try (var inflater = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return inflater.readNBytes(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int endOf(int start) {
    return start + COMMAND_BYTES + littleEndian(stream).getInt(start);
  }

  private Map<Integer, byte[]> attributes(int start) {
    Map<Integer, byte[]> values = new HashMap<>();
    var numbers = littleEndian(stream);
    int at = start + COMMAND_BYTES;
    while (at < endOf(start)) {
      int attribute = numbers.getShort(at);
      boolean isRest = attribute == DATA && isVersion2();
      int from = at + (isRest ? 1 : 2) * Short.BYTES;
      int to =
          isRest ? endOf(start) : from + Short.toUnsignedInt(numbers.getShort(at + Short.BYTES));
      values.put(attribute, Arrays.copyOfRange(stream, from, to));
      at = to;
    }
    return values;
  }

  private boolean isVersion2() {
    return littleEndian(stream).getInt(HEADER_BYTES - Integer.BYTES) == 2;
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
