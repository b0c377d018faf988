package org.btrfs2s3.core.backup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A backup, its send parent, that one's, and so on up to a full backup. */
public sealed interface Chain {

  /**
   * All there, so that the last one can be restored.
   *
   * @param backups in the order of restoring: the full one first
   */
  record Complete(List<BackupIdentity> backups) implements Chain {

    public Complete {
      backups = List.copyOf(backups);
    }
  }

  /** Cannot be restored. */
  sealed interface Broken extends Chain {

    /** The backup at which the chain breaks. */
    UUID uuid();
  }

  /** A backup of the chain is not among those given. */
  record Missing(UUID uuid) implements Broken {}

  /** A backup is, by way of others or directly, its own send parent. */
  record Cyclic(UUID uuid) implements Broken {}

  /**
   * The chain of a backup.
   *
   * @param backups finds one by its UUID; null if it is not there
   */
  static Chain of(UUID leaf, Function<UUID, @Nullable BackupIdentity> backups) {
    Map<UUID, BackupIdentity> chain = new LinkedHashMap<>();
    UUID next = leaf;
    while (next != null) {
      BackupIdentity backup = backups.apply(next);
      if (backup == null) {
        return new Missing(next);
      }
      if (chain.put(next, backup) != null) {
        return new Cyclic(next);
      }
      next = backup.sendParent();
    }
    return new Complete(new ArrayList<>(chain.values()).reversed());
  }
}
