package org.btrfs2s3.policy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notices that a run is about to drop most backups for another reason than that time has passed: a
 * policy or a zone that was changed, perhaps by mistake.
 *
 * @param unexplained the drops that an earlier run would have made already
 * @param backups how many backups there are
 */
public record DropGuard(List<Backup> unexplained, int backups) {

  private static final int FEWEST_BACKUPS = 5;

  /**
   * The run of the third newest backup's time is imitated, so that one which was killed between its
   * upload and its deletes explains what it left.
   */
  private static final int IMITATED_RUN = 3;

  public DropGuard {
    unexplained = List.copyOf(unexplained);
  }

  /**
   * Looks at what a plan drops.
   *
   * @param backups all committed backups of one source on one remote
   * @param dropped those of them that the plan wants to delete
   * @throws IllegalArgumentException if the policy reaches back too far
   */
  public static DropGuard of(
      List<Backup> backups, Collection<Backup> dropped, PreservationPolicy policy, ZoneId zone) {
    if (backups.size() < IMITATED_RUN) {
      return new DropGuard(List.of(), backups.size());
    }
    Instant then = thirdNewest(backups).ctime();
    List<Backup> known = backups.stream().filter(b -> !b.ctime().isAfter(then)).toList();
    Set<Backup> droppedThen =
        new HashSet<>(
            RetentionSafety.plan(List.of(), RemoteState.of(known), policy, then, zone)
                .droppedBackups());
    return new DropGuard(dropped.stream().filter(droppedThen::contains).toList(), backups.size());
  }

  private static Backup thirdNewest(List<Backup> backups) {
    return backups.stream()
        .sorted(Comparator.comparing(Backup::ctransid).reversed())
        .skip(IMITATED_RUN - 1)
        .findFirst()
        .orElseThrow();
  }

  /** Whether the deletes must be withheld: more than half of at least five are unexplained. */
  public boolean trips() {
    return backups >= FEWEST_BACKUPS && 2 * unexplained.size() > backups;
  }
}
