package org.btrfs2s3.core.plan;

import java.util.List;
import org.btrfs2s3.core.catalog.UnfinishedBackup;

/**
 * The attempts without commit object of one source on one remote, by what is to become of them.
 *
 * @param kept to be finished by an upload of this plan, or by a later run
 * @param garbage nothing needs them: their snapshot is here, or backed up otherwise, or their first
 *     segment is gone
 * @param lost there is no snapshot of them and no other backup: perhaps backups that lost their
 *     commit object
 */
public record Leftovers(
    List<UnfinishedBackup> kept, List<UnfinishedBackup> garbage, List<UnfinishedBackup> lost) {

  static final Leftovers NONE = new Leftovers(List.of(), List.of(), List.of());

  public Leftovers {
    kept = List.copyOf(kept);
    garbage = List.copyOf(garbage);
    lost = List.copyOf(lost);
  }
}
