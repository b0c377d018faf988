package org.btrfs2s3.core.update;

import org.btrfs2s3.core.plan.RepairPlan;

/** Shows what is going to be repaired, and asks if it may be. */
@FunctionalInterface
public interface RepairApproval {

  /** Whether to go on. */
  boolean approve(RepairPlan plan) throws InterruptedException;
}
