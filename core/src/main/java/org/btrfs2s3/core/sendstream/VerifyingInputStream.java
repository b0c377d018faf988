package org.btrfs2s3.core.sendstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Verifies a send stream while it is read. {@code read} returns -1 only after the stream was
 * complete and everything before it ended well; otherwise it throws {@link SendStreamException}.
 * For one thread.
 */
public final class VerifyingInputStream extends FilterInputStream {

  private final SendStreamVerifier verifier;
  private boolean finished;

  public VerifyingInputStream(InputStream in, SendStreamVerifier verifier) {
    super(in);
    this.verifier = verifier;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      verifier.update(bytes, offset, count);
    } else if (count < 0 && !finished) {
      verifier.finish();
      finished = true;
    }
    return count;
  }

  /** Not supported: what is skipped could not be verified. */
  @Override
  public long skip(long count) throws IOException {
    throw new IOException("a stream that is being verified cannot be skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
