package org.btrfs2s3.core.store;

/** Where frozen objects lie, by the names of S3. */
public enum Archive {
  GLACIER(false, false),
  DEEP_ARCHIVE(true, false),
  /** Of INTELLIGENT_TIERING. */
  ARCHIVE_ACCESS(false, true),
  /** Of INTELLIGENT_TIERING. */
  DEEP_ARCHIVE_ACCESS(true, true);

  private final boolean deep;
  private final boolean leftForGood;

  Archive(boolean deep, boolean leftForGood) {
    this.deep = deep;
    this.leftForGood = leftForGood;
  }

  /** Whether the way back takes many hours, and none is quicker. */
  public boolean isDeep() {
    return deep;
  }

  /** Whether what is thawed moves out of it, instead of being copied for some days. */
  public boolean isLeftForGood() {
    return leftForGood;
  }

  public boolean offers(RetrievalTier tier) {
    return !deep || tier != RetrievalTier.EXPEDITED;
  }
}
