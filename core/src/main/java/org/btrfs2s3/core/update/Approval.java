package org.btrfs2s3.core.update;

import org.btrfs2s3.core.plan.Plan;

/** Shows a plan and asks whether to execute it. */
public interface Approval {

  /** Before anything was changed. False: nothing will be. */
  boolean approve(Plan plan) throws InterruptedException;

  /**
   * After the due snapshots were made, if the plan now deletes, or uploads in full, something that
   * was not shown before. False: the snapshots stay, nothing else happens.
   */
  boolean approveChanged(Plan plan) throws InterruptedException;
}
