package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.BE64;
import static org.btrfs2s3.core.sendstream.StreamFormat.COMMAND_HEADER_LENGTH;
import static org.btrfs2s3.core.sendstream.StreamFormat.DATA;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE16;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE32;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE64;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A command where it lies in a buffer, and a cursor over its attributes. One object serves all
 * commands of a stream, so that a stream of many small ones makes no garbage.
 */
final class Command {

  private byte[] bytes = {};
  private int start;
  private int end;
  private int type;
  private int version;
  private long streamOffset;

  private int attributeStart;
  private int attributeEnd;
  private int valueStart;
  private int attribute;

  /** Moves to another command: its header begins at {@code start}. */
  void set(byte[] bytes, int start, int length, int version, long streamOffset) {
    this.bytes = bytes;
    this.start = start;
    this.end = start + length;
    this.type = (short) LE16.get(bytes, start + Integer.BYTES) & 0xffff;
    this.version = version;
    this.streamOffset = streamOffset;
    rewind();
  }

  int type() {
    return type;
  }

  int version() {
    return version;
  }

  /** In bytes, header included. */
  int length() {
    return end - start;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, start, end - start);
  }

  /** Moves before the first attribute. */
  void rewind() {
    attributeStart = start;
    attributeEnd = start + COMMAND_HEADER_LENGTH;
  }

  /** Moves to the next attribute; false if there is none. */
  boolean nextAttribute() throws SendStreamException {
    attributeStart = attributeEnd;
    if (attributeStart == end) {
      return false;
    }
    // le16 type, le16 length, value; from version 2 on, DATA has no length and takes all that is
    // left.
    boolean data = end - attributeStart >= Short.BYTES && le16(attributeStart) == DATA;
    int head = data && version >= 2 ? Short.BYTES : 2 * Short.BYTES;
    if (end - attributeStart < head) {
      throw problem("attribute is cut off");
    }
    attribute = le16(attributeStart);
    valueStart = attributeStart + head;
    attributeEnd = head == Short.BYTES ? end : valueStart + le16(attributeStart + Short.BYTES);
    if (attributeEnd > end) {
      throw problem("attribute " + attribute + " is longer than its command");
    }
    return true;
  }

  /** The type of the attribute. */
  int attribute() {
    return attribute;
  }

  int valueLength() {
    return attributeEnd - valueStart;
  }

  byte valueByte(int index) {
    return bytes[valueStart + index];
  }

  long longValue() throws SendStreamException {
    requireLength(Long.BYTES);
    return (long) LE64.get(bytes, valueStart);
  }

  int intValue() throws SendStreamException {
    requireLength(Integer.BYTES);
    return (int) LE32.get(bytes, valueStart);
  }

  /** The seconds of a time: le64 seconds, le32 nanoseconds. */
  long secondsValue() throws SendStreamException {
    requireLength(Long.BYTES + Integer.BYTES);
    return (long) LE64.get(bytes, valueStart);
  }

  /** The nanoseconds of a time. */
  int nanosValue() throws SendStreamException {
    requireLength(Long.BYTES + Integer.BYTES);
    int nanos = (int) LE32.get(bytes, valueStart + Long.BYTES);
    if (nanos < 0 || nanos >= 1_000_000_000) {
      throw problem("impossible time: nanosecond " + Integer.toUnsignedString(nanos));
    }
    return nanos;
  }

  /** The bytes of a text, one character each. */
  String latin1Value() {
    return new String(bytes, valueStart, valueLength(), StandardCharsets.ISO_8859_1);
  }

  UUID uuidValue() throws SendStreamException {
    requireLength(2 * Long.BYTES);
    return new UUID(mostSignificant(), leastSignificant());
  }

  boolean valueIs(UUID uuid) throws SendStreamException {
    requireLength(2 * Long.BYTES);
    return mostSignificant() == uuid.getMostSignificantBits()
        && leastSignificant() == uuid.getLeastSignificantBits();
  }

  /** Writes the attribute as it is, type and length included. */
  void writeAttributeTo(OutputStream out) throws IOException {
    out.write(bytes, attributeStart, attributeEnd - attributeStart);
  }

  /** A problem with the attribute, or before the first with the command. */
  SendStreamException problem(String problem) {
    return new SendStreamException(streamOffset + attributeStart - start, problem);
  }

  /** The command makes a node that it may not make. */
  DeviceNodeException deviceNode(String problem) {
    return new DeviceNodeException(streamOffset, problem);
  }

  private void requireLength(int length) throws SendStreamException {
    if (valueLength() != length) {
      throw problem(
          "attribute %d has %d bytes instead of %d".formatted(attribute, valueLength(), length));
    }
  }

  private long mostSignificant() {
    return (long) BE64.get(bytes, valueStart);
  }

  private long leastSignificant() {
    return (long) BE64.get(bytes, valueStart + Long.BYTES);
  }

  private int le16(int index) {
    return (short) LE16.get(bytes, index) & 0xffff;
  }
}
