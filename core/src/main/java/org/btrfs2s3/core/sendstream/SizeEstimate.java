package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.COMMAND_HEADER_LENGTH;
import static org.btrfs2s3.core.sendstream.StreamFormat.PATH;
import static org.btrfs2s3.core.sendstream.StreamFormat.SIZE;
import static org.btrfs2s3.core.sendstream.StreamFormat.STREAM_HEADER_LENGTH;
import static org.btrfs2s3.core.sendstream.StreamFormat.UPDATE_EXTENT;

/**
 * Estimates a stream's length from the output of {@code btrfs send --no-data}, in which an
 * UPDATE_EXTENT command stands for the WRITE commands of an extent. Holes and data that turn out to
 * be cloned are not in it as such, hence an estimate. Of a stream with compressed data it is an
 * upper bound, because extents are told with their uncompressed sizes: the stream is shorter by as
 * much as the file system has compressed (2.6 times in one measured tree). For one thread.
 */
public final class SizeEstimate {

  /** What the kernel reads for one WRITE command: 48 KiB of version 1, 128 KiB of version 2. */
  private static final int WRITE_V1 = 48 * 1024;

  private static final int WRITE_V2 = 128 * 1024;

  /** A WRITE command but for the path and the data themselves: PATH, FILE_OFFSET, DATA. */
  private static final int OVERHEAD_V1 = COMMAND_HEADER_LENGTH + 3 * 4 + Long.BYTES;

  /** The length of DATA is not stated. */
  private static final int OVERHEAD_V2 = OVERHEAD_V1 - 2;

  private final Framing<SendStreamException> framing = new Framing<>(this::visit);
  private long bytes = STREAM_HEADER_LENGTH;

  /**
   * Takes the next bytes.
   *
   * @throws SendStreamException if the stream is refused; it stays so
   */
  public void update(byte[] bytes, int offset, int length) throws SendStreamException {
    framing.update(bytes, offset, length);
  }

  /**
   * The estimated length, in bytes, of the stream with data.
   *
   * @throws SendStreamException if the stream is refused, or is not complete
   */
  public long finish() throws SendStreamException {
    framing.finish();
    return bytes;
  }

  private void visit(Command command) throws SendStreamException {
    if (command.type() != UPDATE_EXTENT) {
      bytes += command.length();
      return;
    }
    long size = 0;
    int pathLength = 0;
    while (command.nextAttribute()) {
      switch (command.attribute()) {
        case SIZE -> size = command.longValue();
        case PATH -> pathLength = command.valueLength();
        default -> {}
      }
    }
    if (size < 0 || size > Long.MAX_VALUE / 4 - bytes) {
      throw command.problem("impossible size of an extent: " + Long.toUnsignedString(size));
    }
    boolean v1 = command.version() == 1;
    long writes = Math.ceilDiv(size, v1 ? WRITE_V1 : WRITE_V2);
    bytes += size + writes * (pathLength + (v1 ? OVERHEAD_V1 : OVERHEAD_V2));
  }
}
