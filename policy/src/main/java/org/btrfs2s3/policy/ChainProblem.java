package org.btrfs2s3.policy;

import java.util.UUID;

/** Why a backup cannot be restored from its remote. */
public sealed interface ChainProblem {

  Backup backup();

  /**
   * Its chain does not reach a full backup.
   *
   * @param missing the ancestor of which there is neither a backup nor a snapshot
   */
  record MissingAncestor(Backup backup, UUID missing) implements ChainProblem {}

  /** It is not whole any more. */
  record Damaged(Backup backup) implements ChainProblem {}

  /** Its chain leads back to itself. */
  record Cycle(Backup backup) implements ChainProblem {}
}
