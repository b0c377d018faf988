package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.END;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Passes a stream on as it is, each command when it was verified as {@link SendStreamVerifier}
 * does. END is passed on by {@link #finish} alone: whatever else the stream depends on (the end of
 * decryption, say) can be checked before, and who reads an unfinished stream can tell.
 *
 * <p>Holds one command at most (64 KiB of version 1, 1 MiB of version 2). For one thread.
 */
public final class SendStreamRelay {

  private final Verification verification;
  private final Framing<IOException> framing = new Framing<>(this::visit);
  private final OutputStream out;
  private final ByteArrayOutputStream end = new ByteArrayOutputStream();
  private boolean begun;

  /**
   * @param expected what the stream must be
   * @param out where the stream goes; flushed by {@link #finish}, never closed
   */
  public SendStreamRelay(StreamIdentity expected, OutputStream out) {
    this.verification = new Verification(expected);
    this.out = out;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @throws SendStreamException if the stream is refused; it stays so
   * @throws IOException if the stream cannot be passed on
   */
  public void update(byte[] bytes, int offset, int length) throws IOException {
    framing.update(bytes, offset, length);
  }

  /**
   * Says that no more bytes come, and passes END on.
   *
   * @throws SendStreamException if the stream is refused, or is not complete
   * @throws IOException if END cannot be passed on
   */
  public void finish() throws IOException {
    framing.finish();
    end.writeTo(out);
    out.flush();
  }

  private void visit(Command command) throws IOException {
    verification.visit(command);
    if (!begun) {
      begun = true;
      out.write(StreamFormat.header(command.version()));
    }
    command.writeTo(command.type() == END ? end : out);
  }
}
