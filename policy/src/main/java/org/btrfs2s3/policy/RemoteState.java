package org.btrfs2s3.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one remote holds of one source.
 *
 * @param backups committed and whole; may hold several of one UUID: one with a complete chain
 *     counts, else the first
 * @param damaged committed, but not whole any more: they fill no time span and are nobody's send
 *     parent
 * @param uploading a backup of which a part is uploaded, and that is going to be finished before
 *     anything else unless there is an unbroken backup of the same UUID; the chain of its send
 *     parent is complete. Null if there is none
 * @param lost without commit object and so no backups, but they stay: what a repair may make
 *     backups of again
 */
public record RemoteState(
    List<Backup> backups, List<Backup> damaged, @Nullable Backup uploading, List<Backup> lost) {

  public RemoteState {
    backups = List.copyOf(backups);
    damaged = List.copyOf(damaged);
    lost = List.copyOf(lost);
  }

  /** Nothing damaged, nothing lost, nothing under way. */
  public static RemoteState of(List<Backup> backups) {
    return new RemoteState(backups, List.of(), null, List.of());
  }
}
