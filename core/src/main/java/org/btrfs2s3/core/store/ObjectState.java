package org.btrfs2s3.core.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether an object can be read. */
public sealed interface ObjectState {

  /**
   * Now.
   *
   * @param until when the copy of a frozen object goes that a thaw brought back; null if it was not
   *     frozen, or the remote does not tell
   */
  record Available(@Nullable Instant until) implements ObjectState {}

  /** Not before it was thawed. */
  record Frozen(Archive archive) implements ObjectState {}

  /** When the thaw that somebody asked for has come to its end. */
  record Thawing(Archive archive) implements ObjectState {}
}
