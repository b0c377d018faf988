package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.Action;

/** Is asked before anything of an interrupted upload is removed. */
@FunctionalInterface
public interface AbandonApproval {

  /**
   * Whether to go on.
   *
   * @param proposed what would be removed; never empty
   */
  boolean approve(List<Action.Collection> proposed) throws InterruptedException;
}
