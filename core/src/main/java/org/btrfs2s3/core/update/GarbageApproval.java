package org.btrfs2s3.core.update;

import org.btrfs2s3.core.plan.GarbagePlan;

/** Is shown what is going to be removed, before it is. */
@FunctionalInterface
public interface GarbageApproval {

  /** Whether to go on; false: nothing is changed. */
  boolean approve(GarbagePlan plan) throws InterruptedException;
}
