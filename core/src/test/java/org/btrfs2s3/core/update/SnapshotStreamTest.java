package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SnapshotStreamTest {

  private static final StreamIdentity IDENTITY =
      new StreamIdentity(new UUID(1, 2), Ctransid.ofKernel(3), null);
  private static final byte[] BYTES = SendStreamWriter.stream("name", IDENTITY, new byte[100]);
  private static final Attempt ATTEMPT = Attempt.of(1);

  /** Gives a stream; where that ends too early, it hangs until it is closed. */
  private static final class Send extends SendStream {

    private final InputStream bytes;
    private final boolean hangs;
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    Send(int length, boolean hangs) {
      this.bytes = new ByteArrayInputStream(BYTES, 0, length);
      this.hangs = hangs;
    }

    @Override
    public int read() throws IOException {
      throw new AssertionError("byte by byte");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = bytes.read(target, offset, Math.min(length, 7));
      if (count < 0 && hangs) {
        reading.countDown();
        awaitUninterruptibly();
        throw new IOException("closed");
      }
      return count;
    }

    /** As a read from a pipe, which heeds no interrupt. */
    private void awaitUninterruptibly() {
      while (closed.getCount() > 0) {
        try {
          closed.await();
        } catch (InterruptedException e) {
          // Not heeded.
        }
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private static SnapshotStream stream(Send send) {
    var meter = new UploadMeter(_ -> {}, InstantSource.system(), List.of(), 0);
    return new SnapshotStream(send, IDENTITY, new RawHash(ATTEMPT), meter);
  }

  private static String hash(int length) {
    var hash = new RawHash(ATTEMPT);
    hash.update(BYTES, 0, length);
    return hash.soFar();
  }

  @Test
  void isCutIntoPiecesAndHashedWhereverTheyEnd() throws Exception {
    for (int size = 1; size <= BYTES.length; size++) {
      var stream = stream(new Send(BYTES.length, false));
      int position = 0;
      while (!stream.isAtEnd()) {
        int length = stream.piece(size).readAllBytes().length;
        position += length;
        assertThat(length).isEqualTo(Math.min(size, BYTES.length - position + length));
        assertThat(stream.position()).isEqualTo(position);
        assertThat(stream.hashSoFar()).isEqualTo(hash(position));
      }
      assertThat(position).isEqualTo(BYTES.length);
      assertThat(stream.piece(1).read()).isNegative();
    }
  }

  @Test
  void skipsWhatWasUploaded() throws Exception {
    for (int count = 0; count <= BYTES.length; count++) {
      var stream = stream(new Send(BYTES.length, false));
      assertThat(stream.skip(count)).isTrue();
      assertThat(stream.position()).isEqualTo(count);
      assertThat(stream.hashSoFar()).isEqualTo(hash(count));
      assertThat(stream.isAtEnd()).isEqualTo(count == BYTES.length);
    }
    assertThat(stream(new Send(BYTES.length, false)).skip(BYTES.length + 1)).isFalse();
  }

  @Test
  void aStreamThatEndsTooEarlyHasNoEnd() {
    assertThatThrownBy(() -> stream(new Send(BYTES.length - 1, false)).skip(1000))
        .isInstanceOf(PipelineException.class);
    assertThatThrownBy(() -> stream(new Send(BYTES.length - 1, false)).piece(1000).readAllBytes())
        .isInstanceOf(IOException.class);
  }

  @Test
  void anInterruptEndsWhatIsSkippedAlthoughSendHangs() throws Exception {
    var send = new Send(50, true);
    var stream = stream(send);
    var main = Thread.currentThread();
    var interrupting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    send.reading.await();
                  } catch (InterruptedException e) {
                    return;
                  }
                  main.interrupt();
                });

    assertThatThrownBy(() -> stream.skip(1000)).isInstanceOf(InterruptedException.class);
    interrupting.join();
  }
}
