package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.BE64;
import static org.btrfs2s3.core.sendstream.StreamFormat.CLONE;
import static org.btrfs2s3.core.sendstream.StreamFormat.CLONE_UUID;
import static org.btrfs2s3.core.sendstream.StreamFormat.COMMAND_HEADER_LENGTH;
import static org.btrfs2s3.core.sendstream.StreamFormat.END;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE16;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE32;
import static org.btrfs2s3.core.sendstream.StreamFormat.PATH;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * Makes a stream receivable under another name and another UUID, so that {@code btrfs receive}
 * cannot mistake any other subvolume for a member of the chain: rewrites the first command's name
 * and UUID, and the UUIDs that the snapshot and its clones come from.
 *
 * <p>Verifies what it rewrites as {@link SendStreamVerifier} does, and writes a command only when
 * it was verified. END, at which {@code btrfs receive} declares the subvolume received, is written
 * by {@link #finish} alone: whatever else the stream depends on (the end of decryption, say) can be
 * checked before.
 *
 * <p>Holds one command at most (64 KiB of version 1, 1 MiB of version 2). For one thread.
 */
public final class SendStreamRewriter {

  private final Verification verification;
  private final Framing<IOException> framing = new Framing<>(this::visit);
  private final CommandChecksum checksum = new CommandChecksum();
  private final StreamIdentity expected;
  private final byte[] name;
  private final Map<UUID, UUID> substitutes;
  private final DeviceNodes nodes;
  private final OutputStream out;
  private boolean begun;

  /**
   * @param expected what the stream must be
   * @param name the new name of the subvolume
   * @param substitutes by its true UUID, the received UUID that each member of the chain has, or is
   *     to have, here; this stream's own and its parent's are needed
   * @param nodes whether the stream may make nodes of devices
   * @param out where the new stream goes; flushed by {@link #finish}, never closed
   */
  public SendStreamRewriter(
      StreamIdentity expected,
      String name,
      Map<UUID, UUID> substitutes,
      DeviceNodes nodes,
      OutputStream out) {
    UUID parent = expected.parentUuid();
    if (!substitutes.containsKey(expected.uuid())
        || (parent != null && !substitutes.containsKey(parent))) {
      throw new IllegalArgumentException("no substitute UUID for a part of " + expected);
    }
    this.verification = new Verification(expected);
    this.expected = expected;
    this.name = name.getBytes(StandardCharsets.UTF_8);
    this.substitutes = Map.copyOf(substitutes);
    this.nodes = nodes;
    this.out = out;
  }

  /**
   * Takes the next bytes of the original stream.
   *
   * @throws SendStreamException if the stream is refused; it stays so
   * @throws IOException if the new stream cannot be written
   */
  public void update(byte[] bytes, int offset, int length) throws IOException {
    framing.update(bytes, offset, length);
  }

  /**
   * Says that no more bytes come, and ends the new stream.
   *
   * @throws SendStreamException if the stream is refused, or is not complete
   * @throws IOException if the new stream cannot be written
   */
  public void finish() throws IOException {
    framing.finish();
    write(END, new byte[0]);
    out.flush();
  }

  private void visit(Command command) throws IOException {
    verification.visit(command);
    nodes.check(command);
    if (!begun) {
      begun = true;
      out.write(StreamFormat.header(command.version()));
      rewrite(command);
    } else if (command.type() == CLONE) {
      rewrite(command);
    } else if (command.type() != END) {
      command.writeTo(out);
    }
  }

  private void rewrite(Command command) throws IOException {
    boolean first = command.type() != CLONE;
    var body = new ByteArrayOutputStream(command.length() + name.length);
    while (command.nextAttribute()) {
      int attribute = command.attribute();
      if (first && attribute == PATH) {
        writeAttribute(body, PATH, name);
      } else if (attribute == CLONE_UUID || (first && attribute == StreamFormat.UUID)) {
        writeAttribute(body, attribute, substitute(command.uuidValue()));
      } else {
        command.writeAttributeTo(body);
      }
    }
    write(command.type(), body.toByteArray());
  }

  private byte[] substitute(UUID original) {
    UUID substitute = substitutes.get(original);
    if (substitute == null) {
      throw new IllegalStateException(original + " is no part of " + expected);
    }
    var bytes = new byte[2 * Long.BYTES];
    BE64.set(bytes, 0, substitute.getMostSignificantBits());
    BE64.set(bytes, Long.BYTES, substitute.getLeastSignificantBits());
    return bytes;
  }

  private static void writeAttribute(ByteArrayOutputStream body, int attribute, byte[] value) {
    var head = new byte[2 * Short.BYTES];
    LE16.set(head, 0, (short) attribute);
    LE16.set(head, Short.BYTES, (short) value.length);
    body.writeBytes(head);
    body.writeBytes(value);
  }

  private void write(int type, byte[] body) throws IOException {
    var header = new byte[COMMAND_HEADER_LENGTH];
    LE32.set(header, 0, body.length);
    LE16.set(header, 4, (short) type);
    LE32.set(header, 6, checksum.of(type, body, 0, body.length));
    out.write(header);
    out.write(body);
  }
}
