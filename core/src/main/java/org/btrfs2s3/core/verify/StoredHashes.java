package org.btrfs2s3.core.verify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.content.StoredTap;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Hashes the stored bytes of objects while they are read. For one reading at a time. */
final class StoredHashes implements StoredTap {

  private final Map<ObjectKey, Hashing> hashed = new HashMap<>();
  private @Nullable ObjectKey last;

  @Override
  public InputStream around(ObjectKey key, InputStream stored) {
    var hashing = new Hashing(stored);
    hashed.put(key, hashing);
    last = key;
    return hashing;
  }

  /** The object whose turn came last. */
  Optional<ObjectKey> last() {
    return Optional.ofNullable(last);
  }

  /** Of an object that was read to its end. */
  Optional<StoredContent> of(ObjectKey key) {
    return Optional.ofNullable(hashed.get(key))
        .map(hashing -> new StoredContent(hashing.length, hashing.sum.soFar()));
  }

  private static final class Hashing extends FilterInputStream {

    private final Sha256 sum = new Sha256();
    private long length;

    Hashing(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int read = in.read(bytes, offset, count);
      if (read > 0) {
        sum.update(bytes, offset, read);
        length += read;
      }
      return read;
    }

    @Override
    public long skip(long count) {
      return 0; // Nothing may pass unseen; whoever wants to skip can read.
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
