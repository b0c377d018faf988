package org.btrfs2s3.core.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;

/** Counts and hashes what is read. For one thread at a time. */
public final class HashedInput extends FilterInputStream {

  private final Sha256 sum = new Sha256();
  private long size;

  public HashedInput(InputStream in) {
    super(in);
  }

  /** Of everything that was read. */
  public StoredContent content() {
    return new StoredContent(size, sum.soFar());
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
      sum.update(bytes, offset, count);
      size += count;
    }
    return count;
  }

  /** Its hash stays; what it was read from need not. */
  @Override
  public void close() throws IOException {
    try {
      in.close();
    } finally {
      in = nullInputStream();
    }
  }

  /** Nothing may pass by the hash. */
  @Override
  public long skip(long count) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
