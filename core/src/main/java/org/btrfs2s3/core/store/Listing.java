package org.btrfs2s3.core.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a remote, in the order of their keys, each key once.
 *
 * @param serverTime the remote's clock, from its own answer and before any correction; null where
 *     the remote has no clock of its own (a directory)
 * @param secondFiles what else has the key of one of them
 * @param traces keys of objects of which something else tells that they were here, or perhaps were
 *     about to be: they may be hidden, or have been moved away. Only a directory's metadata tell
 *     that
 */
public record Listing(
    List<StoredObject> objects,
    @Nullable Instant serverTime,
    List<SecondFile> secondFiles,
    List<ObjectKey> traces) {

  public Listing {
    objects = List.copyOf(objects);
    secondFiles = List.copyOf(secondFiles);
    traces = List.copyOf(traces);
  }

  public Listing(List<StoredObject> objects, @Nullable Instant serverTime) {
    this(objects, serverTime, List.of(), List.of());
  }
}
