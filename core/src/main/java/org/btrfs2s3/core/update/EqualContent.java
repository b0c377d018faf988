package org.btrfs2s3.core.update;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Compares two objects byte by byte, as they are stored: the one proof that one of them may go
 * which needs no key and trusts no server's word. Memory: 128 KiB.
 */
final class EqualContent {

  private static final int BUFFER_BYTES = 1 << 16;

  private EqualContent() {}

  /**
   * @throws IOException if one of them cannot be read to its end
   */
  static boolean of(BackupStore store, ObjectKey left, ObjectKey right)
      throws IOException, InterruptedException {
    try (var first = store.open(left, 0);
        var second = store.open(right, 0)) {
      return areEqual(first, second);
    }
  }

  private static boolean areEqual(InputStream left, InputStream right) throws IOException {
    var first = new byte[BUFFER_BYTES];
    var second = new byte[BUFFER_BYTES];
    while (true) {
      int length = left.readNBytes(first, 0, BUFFER_BYTES);
      int other = right.readNBytes(second, 0, BUFFER_BYTES);
      if (!Arrays.equals(first, 0, length, second, 0, other)) {
        return false;
      }
      if (length < BUFFER_BYTES) {
        return true;
      }
    }
  }
}
