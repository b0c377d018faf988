package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.EntryName;

/** Where a member of a chain comes from. */
public sealed interface Supply {

  /** It is fetched and received. */
  record Fetched() implements Supply {}

  /** An earlier restore received it, was interrupted, and left it under a hidden name. */
  record Finished(EntryName hidden, UUID id) implements Supply {}

  /** An earlier restore left it under its final name; it serves as send parent. */
  record Restored() implements Supply {}

  /** The user vouches for this subvolume as send parent. */
  record Trusted(Path subvolume) implements Supply {}
}
