package org.btrfs2s3.core.update;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.sendstream.VerifyingInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The output of one {@code btrfs send}, verified and hashed while it is read, piece by piece. For
 * one thread at a time.
 */
final class SnapshotStream implements AutoCloseable {

  private final SendStream send;
  private final InputStream verified;
  private final @Nullable RawHash hash;
  private final UploadMeter meter;
  private long position;

  /** Read ahead, to see whether there is more; -1 if nothing is. */
  private int ahead = -1;

  private boolean ended;

  /**
   * @param hash null if nobody is going to ask for it
   */
  SnapshotStream(
      SendStream send, StreamIdentity expected, @Nullable RawHash hash, UploadMeter meter) {
    this.send = send;
    this.verified = new VerifyingInputStream(send, SendStreamVerifier.expecting(expected));
    this.hash = hash;
    this.meter = meter;
  }

  /** Bytes that were read so far. */
  long position() {
    return position;
  }

  /** Of all bytes that were read so far. */
  String hashSoFar() {
    if (hash == null) {
      throw new IllegalStateException("this stream is not hashed");
    }
    return hash.soFar();
  }

  /**
   * Reads bytes and drops them. An interrupt ends the send, as it does while a piece flows.
   *
   * @return whether there were so many
   */
  boolean skip(long count) throws PipelineException, InterruptedException {
    var lengths = Pipeline.run(piece(count), List.of(), (bytes, offset, length) -> {});
    return lengths.in() == count;
  }

  /** What was read so far was uploaded by an earlier run. */
  void uploadBegins() {
    meter.uploadBeginsAt(position);
  }

  /** Whether the stream was read to its end, which was verified. */
  boolean isAtEnd() throws IOException {
    if (!ended && ahead < 0) {
      ahead = verified.read();
      ended = ahead < 0;
    }
    return ended;
  }

  /**
   * The next bytes, up to a limit. At their end it is known whether the stream has ended, so that
   * nobody waits for that who cannot be interrupted. To close it is to end the send.
   */
  InputStream piece(long limit) {
    return new Piece(limit);
  }

  private int read(byte[] bytes, int offset, int length) throws IOException {
    if (ended) {
      return -1;
    }
    int count = 1;
    if (ahead >= 0) {
      bytes[offset] = (byte) ahead;
      ahead = -1;
    } else {
      count = verified.read(bytes, offset, length);
      ended = count < 0;
    }
    if (count > 0) {
      position += count;
      if (hash != null) {
        hash.update(bytes, offset, count);
      }
      meter.at(position);
    }
    return count;
  }

  @Override
  public void close() throws BtrfsException {
    try {
      send.close();
    } catch (BtrfsException e) {
      throw e;
    } catch (IOException e) {
      throw new BtrfsException("cannot end btrfs send: " + e.getMessage(), "", e);
    }
  }

  private final class Piece extends InputStream {

    private long left;

    Piece(long left) {
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        isAtEnd();
        return -1;
      }
      int count = SnapshotStream.this.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }

    @Override
    public void close() throws BtrfsException {
      SnapshotStream.this.close();
    }
  }
}
