package org.btrfs2s3.policy;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The policy of a run: {@link TreePlanner}, so that no policy, and no wrong clock, takes away the
 * last backup that can be restored.
 *
 * <ul>
 *   <li>A backup whose chain is incomplete and cannot be completed from snapshots is
 *       <em>broken</em>: it stays and is reported, but fills no time span and is nobody's send
 *       parent. If its snapshot is still there and wanted, that is uploaded again, in full or
 *       against an unbroken parent; then the broken backup may go.
 *   <li>A damaged backup is treated like a broken one.
 *   <li>What exists of the chain of a broken backup, or of one whose commit object is lost, stays
 *       as long as that: else nobody could repair it.
 *   <li>A backup of which a part is uploaded is finished, with the send parent that it has: its
 *       snapshot and that of its send parent stay.
 *   <li>A backup newer than every snapshot is kept, with its ancestors. Snapshots that this plan is
 *       going to upload count, because nothing is deleted before that has happened: the most recent
 *       one always has a backup when it is time to delete.
 *   <li>Without any snapshot, as without access to the source, the newest backup is kept, with its
 *       ancestors. Thus one chain always stays.
 * </ul>
 *
 * <p>The newest is the one with the largest ctransid, not with the latest ctime: no clock makes an
 * old state newer. Of equal ones it is the one whose snapshot, else which itself, comes first.
 */
public final class RetentionSafety {

  private RetentionSafety() {}

  /**
   * Plans for one source and one remote; see {@link TreePlanner#plan}. Once the plan is executed,
   * planning again at the same time finds nothing to do, but to delete what was kept only because a
   * part of it was uploaded.
   *
   * @param snapshots empty if there is no access to the source
   * @throws IllegalArgumentException if the policy reaches back too far from {@code now}
   */
  public static PreservationTree plan(
      List<Snapshot> snapshots,
      RemoteState remote,
      PreservationPolicy policy,
      Instant now,
      ZoneId zone) {
    Chains chains = Chains.of(snapshots, inOrderOf(snapshots, remote.backups()));
    return new TreeBuilder(snapshots, chains.unbroken(), policy, now, zone)
        .withDuplicates(chains.duplicates())
        .withoutCycles()
        .keepUploading(remote.uploading())
        .keepPreserved()
        .keepMostRecent()
        .keepNewest()
        .keepAncestors()
        .keepBroken(chains.broken())
        .keepDamaged(remote.damaged())
        .keepAncestorsOfBroken(remote.lost())
        .build();
  }

  /**
   * The same for a repair: what cannot be restored is uploaded again wherever its snapshot is
   * there, wanted by the policy or not, and against the send parent that it had, if that is still
   * of use. So is what any backup lacks that is there, wanted or not.
   */
  public static PreservationTree repair(
      List<Snapshot> snapshots,
      RemoteState remote,
      PreservationPolicy policy,
      Instant now,
      ZoneId zone) {
    Chains chains = Chains.of(snapshots, inOrderOf(snapshots, remote.backups()));
    List<Backup> unusable = new ArrayList<>(remote.damaged());
    chains.broken().forEach(problem -> unusable.add(problem.backup()));
    return new TreeBuilder(snapshots, chains.unbroken(), policy, now, zone)
        .withDuplicates(chains.duplicates())
        .withSendParentsOf(unusable)
        .withoutCycles()
        .keepUploading(remote.uploading())
        .keepPreserved()
        .keepMostRecent()
        .keepNewest()
        .keepRepaired(unusable)
        .keepIncomplete(chains.incomplete())
        .keepAncestors()
        .keepBroken(chains.broken())
        .keepDamaged(remote.damaged())
        .keepAncestorsOfBroken(remote.lost())
        .build();
  }

  /**
   * Those with a snapshot first, and in the order of these: of several with one ctransid, the
   * nominal backup is then the backup of the nominal snapshot, and stays that.
   */
  private static List<Backup> inOrderOf(List<Snapshot> snapshots, List<Backup> backups) {
    Map<UUID, Integer> places = new HashMap<>();
    snapshots.forEach(snapshot -> places.putIfAbsent(snapshot.uuid(), places.size()));
    return backups.stream()
        .sorted(comparing(backup -> places.getOrDefault(backup.uuid(), places.size())))
        .toList();
  }
}
