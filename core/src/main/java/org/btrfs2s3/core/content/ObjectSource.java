package org.btrfs2s3.core.content;

import java.io.IOException;
import java.io.InputStream;
import org.btrfs2s3.core.store.ObjectKey;

/** Where the objects come from: a store, or what was fetched ahead. */
@FunctionalInterface
interface ObjectSource {

  /** Reads an object from its begin. */
  InputStream open(ObjectKey key) throws IOException, InterruptedException;
}
