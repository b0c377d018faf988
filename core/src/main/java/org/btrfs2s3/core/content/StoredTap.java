package org.btrfs2s3.core.content;

import java.io.InputStream;
import org.btrfs2s3.core.store.ObjectKey;

/** Sees what is stored of a backup on its way to the decoder, all of it and in order. */
@FunctionalInterface
public interface StoredTap {

  /** The same bytes; read by another thread, which has ended when the reading of all has. */
  InputStream around(ObjectKey key, InputStream stored);
}
