package org.btrfs2s3.core.sendstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.DeflaterOutputStream;

/**
 * Builds send streams for tests, valid ones and, by {@link #command}, any others. It shares nothing
 * with the reader, so that an error in the one does not hide in the other.
 */
public final class SendStreamWriter {

  /** The attributes of one command. */
  public static final class Attributes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public Attributes add(int type, byte[] value) {
      bytes.writeBytes(
          ByteBuffer.allocate(4)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) type)
              .putShort((short) value.length)
              .array());
      bytes.writeBytes(value);
      return this;
    }

    public Attributes add(int type, String text) {
      return add(type, text.getBytes(StandardCharsets.UTF_8));
    }

    public Attributes add(int type, long number) {
      return add(
          type, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
    }

    public Attributes add(int type, UUID uuid) {
      return add(
          type,
          ByteBuffer.allocate(16)
              .putLong(uuid.getMostSignificantBits())
              .putLong(uuid.getLeastSignificantBits())
              .array());
    }

    /** An attribute without a length, which takes the rest of the command. */
    public Attributes addLast(int type, byte[] value) {
      bytes.write(type);
      bytes.write(type >> 8);
      bytes.writeBytes(value);
      return this;
    }
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final int version;

  private SendStreamWriter(int version) {
    this.version = version;
    out.writeBytes("btrfs-stream\0".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(version).array());
  }

  public static SendStreamWriter v1() {
    return new SendStreamWriter(1);
  }

  public static SendStreamWriter v2() {
    return new SendStreamWriter(2);
  }

  /** A stream whose header has any version. */
  public static SendStreamWriter ofVersion(int version) {
    return new SendStreamWriter(version);
  }

  /** A whole small stream of a snapshot: one file with this content. */
  public static byte[] stream(String name, StreamIdentity identity, byte[] content) {
    return v1().begin(name, identity)
        .mkfile("o257-1-0", 257)
        .rename("o257-1-0", "file")
        .write("file", 0, content)
        .end()
        .toByteArray();
  }

  /** SUBVOL or SNAPSHOT, as the identity demands. */
  public SendStreamWriter begin(String name, StreamIdentity identity) {
    long ctransid = identity.ctransid().value().longValue();
    UUID parent = identity.parentUuid();
    return parent == null
        ? subvol(name, identity.uuid(), ctransid)
        : snapshot(name, identity.uuid(), ctransid, parent, 1);
  }

  public SendStreamWriter subvol(String name, UUID uuid, long ctransid) {
    return command(1, new Attributes().add(15, name).add(1, uuid).add(2, ctransid));
  }

  public SendStreamWriter snapshot(
      String name, UUID uuid, long ctransid, UUID parent, long parentCtransid) {
    return command(
        2,
        new Attributes()
            .add(15, name)
            .add(1, uuid)
            .add(2, ctransid)
            .add(20, parent)
            .add(21, parentCtransid));
  }

  public SendStreamWriter mkfile(String path, long inode) {
    return command(3, new Attributes().add(15, path).add(3, inode));
  }

  public SendStreamWriter mkdir(String path, long inode) {
    return command(4, new Attributes().add(15, path).add(3, inode));
  }

  public SendStreamWriter symlink(String path, long inode, String target) {
    return command(8, new Attributes().add(15, path).add(3, inode).add(17, target));
  }

  public SendStreamWriter rename(String from, String to) {
    return command(9, new Attributes().add(15, from).add(16, to));
  }

  public SendStreamWriter link(String path, String existing) {
    return command(10, new Attributes().add(15, path).add(17, existing));
  }

  public SendStreamWriter unlink(String path) {
    return command(11, new Attributes().add(15, path));
  }

  public SendStreamWriter truncate(String path, long size) {
    return command(17, new Attributes().add(15, path).add(4, size));
  }

  public SendStreamWriter chmod(String path, long mode) {
    return command(18, new Attributes().add(15, path).add(5, mode));
  }

  /** As many WRITE commands as the kernel would make of the data. */
  public SendStreamWriter write(String path, long offset, byte[] data) {
    int most = version == 1 ? 48 * 1024 : 128 * 1024;
    for (int from = 0; from < data.length; from += most) {
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + most));
      var attributes = new Attributes().add(15, path).add(18, offset + from);
      command(15, version == 1 ? attributes.add(19, piece) : attributes.addLast(19, piece));
    }
    return this;
  }

  /** As many ENCODED_WRITE commands as the kernel would make of data that zlib has compressed. */
  public SendStreamWriter encodedWrite(String path, long offset, byte[] data) {
    int most = 128 * 1024;
    for (int from = 0; from < data.length; from += most) {
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + most));
      command(
          25,
          new Attributes()
              .add(15, path)
              .add(18, offset + from)
              .add(27, piece.length)
              .add(28, piece.length)
              .add(29, 0)
              .add(30, new byte[] {1, 0, 0, 0})
              .addLast(19, deflated(piece)));
    }
    return this;
  }

  private static byte[] deflated(byte[] bytes) {
    var deflated = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return deflated.toByteArray();
  }

  public SendStreamWriter clone(String path, long offset, long length, UUID from, String fromPath) {
    return command(
        16,
        new Attributes()
            .add(18, offset)
            .add(24, length)
            .add(15, path)
            .add(20, from)
            .add(21, 1)
            .add(22, fromPath)
            .add(23, 0));
  }

  /** As in a stream made with {@code --no-data}. */
  public SendStreamWriter updateExtent(String path, long offset, long size) {
    return command(22, new Attributes().add(15, path).add(18, offset).add(4, size));
  }

  public SendStreamWriter end() {
    return command(21, new Attributes());
  }

  /** Any command, with the right length and checksum. */
  public SendStreamWriter command(int type, Attributes attributes) {
    byte[] body = attributes.bytes.toByteArray();
    ByteBuffer command =
        ByteBuffer.allocate(10 + body.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(body.length)
            .putShort((short) type)
            .putInt(0)
            .put(body);
    command.putInt(6, crc32c(command.array()));
    out.writeBytes(command.array());
    return this;
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }

  /** Bit by bit: slow, and not to be mistaken. */
  private static int crc32c(byte[] bytes) {
    int register = 0;
    for (byte b : bytes) {
      register ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        register = (register >>> 1) ^ ((register & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    return register;
  }
}
