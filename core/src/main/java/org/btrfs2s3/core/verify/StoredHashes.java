package org.btrfs2s3.core.verify;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.content.HashedInput;
import org.btrfs2s3.core.content.StoredTap;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Hashes the stored bytes of objects while they are read. For one reading at a time. */
final class StoredHashes implements StoredTap {

  private final Map<ObjectKey, HashedInput> hashed = new HashMap<>();
  private @Nullable ObjectKey last;

  @Override
  public InputStream around(ObjectKey key, InputStream stored) {
    var hashing = new HashedInput(stored);
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
    return Optional.ofNullable(hashed.get(key)).map(HashedInput::content);
  }
}
