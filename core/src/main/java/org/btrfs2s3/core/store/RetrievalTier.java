package org.btrfs2s3.core.store;

import java.util.Locale;

/** How much hurry a thaw is in: the slower, the cheaper. */
public enum RetrievalTier {
  EXPEDITED,
  STANDARD,
  BULK;

  /** As it is written on a command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
