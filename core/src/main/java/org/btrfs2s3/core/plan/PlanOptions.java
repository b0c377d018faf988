package org.btrfs2s3.core.plan;

/**
 * What a plan may hold.
 *
 * @param snapshots whether to make the snapshots that are due; false after they were made, because
 *     a source that is in use is ahead again at once
 * @param uploads false: only make and name the due snapshots
 * @param allowDelete true: no guard withholds a deletion
 * @param repair whether all that cannot be restored is to be made anew from its snapshot
 * @param replacedBefore whether what cannot be restored goes, too, if something else that was there
 *     before takes its place; false: only what an upload of this plan replaces
 * @param guardsPolicy whether deletions are withheld that only a changed policy or zone explains
 */
public record PlanOptions(
    boolean snapshots,
    boolean uploads,
    boolean allowDelete,
    boolean repair,
    boolean replacedBefore,
    boolean guardsPolicy) {

  /** For an update. */
  public PlanOptions(boolean snapshots, boolean uploads, boolean allowDelete) {
    this(snapshots, uploads, allowDelete, false, false, true);
  }

  /** For a repair, which shows what it deletes and asks. */
  static PlanOptions forRepair() {
    return new PlanOptions(false, true, true, true, true, true);
  }

  /**
   * The same when uploads that were planned are on the remotes already. They would tell the guard
   * of the policy that an earlier run has left what is to go; it has judged the plan before them.
   */
  public PlanOptions afterUploads() {
    return new PlanOptions(snapshots, uploads, allowDelete, repair, true, false);
  }

  /** The same after the due snapshots were made. */
  public PlanOptions withoutSnapshots() {
    return new PlanOptions(false, uploads, allowDelete, repair, replacedBefore, guardsPolicy);
  }
}
