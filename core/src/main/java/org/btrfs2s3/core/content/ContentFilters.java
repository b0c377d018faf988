package org.btrfs2s3.core.content;

import java.util.List;
import java.util.UUID;

/** Knows the commands of the configuration that decode what its filters encoded. */
@FunctionalInterface
public interface ContentFilters {

  /** The commands for the backups of a source on this remote; empty if there are none. */
  List<List<String>> commands(UUID source);
}
