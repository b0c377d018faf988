package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.COMMAND_HEADER_LENGTH;
import static org.btrfs2s3.core.sendstream.StreamFormat.END;
import static org.btrfs2s3.core.sendstream.StreamFormat.LE32;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAGIC;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_BODY_V1;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_BODY_V2;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_COMMAND_V1;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_COMMAND_V2;
import static org.btrfs2s3.core.sendstream.StreamFormat.STREAM_HEADER_LENGTH;

import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts a stream, as it comes in, into its header and commands, checks what all commands have in
 * common (length, number, checksum, one END with nothing after it), and shows them to a visitor.
 *
 * <p>A command that lies in the given bytes as a whole is checked and shown in place. Any other is
 * gathered first, which needs {@link StreamFormat#MAX_BODY_V1} or {@link StreamFormat#MAX_BODY_V2}
 * bytes and a header at most.
 */
final class Framing<E extends IOException> {

  private final CommandVisitor<E> visitor;
  private final CommandChecksum checksum = new CommandChecksum();
  private final Command command = new Command();

  /** The beginning of the header or command that the bytes so far end within. */
  private byte[] held = {};

  private int heldLength;

  /** Where in the stream the header or command begins that is to be read next. */
  private long position;

  /** 0 until the stream's header was read. */
  private int version;

  private boolean ended;
  private boolean failed;

  Framing(CommandVisitor<E> visitor) {
    this.visitor = visitor;
  }

  /** Takes the next bytes. After an exception the stream stays refused. */
  void update(byte[] bytes, int offset, int length) throws SendStreamException, E {
    requireNotFailed();
    failed = true;
    int end = offset + length;
    for (int next = offset; next < end; ) {
      if (ended) {
        throw new SendStreamException(position, "bytes after the END command");
      }
      int taken = heldLength == 0 ? take(bytes, next, end - next) : 0;
      next += taken > 0 ? taken : hold(bytes, next, end - next);
    }
    failed = false;
  }

  /** Says that no more bytes come. */
  void finish() throws SendStreamException {
    requireNotFailed();
    if (!ended) {
      failed = true;
      throw new SendStreamException(position + heldLength, "ends before the END command");
    }
  }

  private void requireNotFailed() throws SendStreamException {
    if (failed) {
      throw new SendStreamException(position, "was refused before");
    }
  }

  /**
   * Adds bytes to those that are held, up to the end of the header or command; returns how many.
   */
  private int hold(byte[] bytes, int offset, int available) throws SendStreamException, E {
    int wanted = lengthOfNext(held, 0, heldLength);
    if (held.length < wanted) {
      held = Arrays.copyOf(held, Math.max(wanted, MAX_BODY_V1 + COMMAND_HEADER_LENGTH));
    }
    int count = Math.min(wanted - heldLength, available);
    System.arraycopy(bytes, offset, held, heldLength, count);
    heldLength += count;
    if (take(held, 0, heldLength) > 0) {
      heldLength = 0;
    }
    return count;
  }

  /** Reads the header or command here, if all of it is available; returns its length, or 0. */
  private int take(byte[] bytes, int offset, int available) throws SendStreamException, E {
    int length = lengthOfNext(bytes, offset, available);
    if (length > available) {
      return 0;
    }
    if (version == 0) {
      readHeader(bytes, offset);
    } else {
      readCommand(bytes, offset, length);
    }
    position += length;
    return length;
  }

  /** As far as can be told from what is available: more than that, if it is not enough to tell. */
  private int lengthOfNext(byte[] bytes, int offset, int available) throws SendStreamException {
    if (version == 0) {
      return STREAM_HEADER_LENGTH;
    }
    if (available < COMMAND_HEADER_LENGTH) {
      return COMMAND_HEADER_LENGTH;
    }
    int body = (int) LE32.get(bytes, offset);
    if (body < 0 || body > (version == 1 ? MAX_BODY_V1 : MAX_BODY_V2)) {
      throw new SendStreamException(
          position, "impossible length of a command: " + Integer.toUnsignedString(body));
    }
    return COMMAND_HEADER_LENGTH + body;
  }

  private void readHeader(byte[] bytes, int offset) throws SendStreamException {
    if (!Arrays.equals(bytes, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new SendStreamException(position, "does not begin as a btrfs send stream");
    }
    int found = (int) LE32.get(bytes, offset + MAGIC.length);
    if (found != 1 && found != 2) {
      throw new SendStreamException(
          position, "version " + Integer.toUnsignedString(found) + " is not supported");
    }
    version = found;
  }

  private void readCommand(byte[] bytes, int offset, int length) throws SendStreamException, E {
    command.set(bytes, offset, length, version, position);
    int type = command.type();
    int body = length - COMMAND_HEADER_LENGTH;
    int stored = (int) LE32.get(bytes, offset + COMMAND_HEADER_LENGTH - Integer.BYTES);
    if (stored != checksum.of(type, bytes, offset + COMMAND_HEADER_LENGTH, body)) {
      throw command.problem("wrong checksum of a command");
    }
    if (type < 1 || type > (version == 1 ? MAX_COMMAND_V1 : MAX_COMMAND_V2)) {
      throw command.problem("unknown command " + type);
    }
    if (type == END && body > 0) {
      throw command.problem("END with attributes");
    }
    visitor.visit(command);
    ended = type == END;
  }
}
