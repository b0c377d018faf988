package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.time.Duration;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;

/** Refuses a restore that cannot fit, before anything is fetched. */
final class FreeSpace {

  /** What was deleted becomes free in the background, which takes a while if it was much. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int PAUSES = 60;

  private final Btrfs btrfs;
  private final Path target;

  FreeSpace(Btrfs btrfs, Path target) {
    this.btrfs = btrfs;
    this.target = target;
  }

  /**
   * @param isGrowing whether something was deleted just now
   */
  void require(RestorePlan plan, boolean isGrowing)
      throws BtrfsException, RestoreException, InterruptedException {
    long needed = plan.spaceNeeded();
    long free = btrfs.freeBytes(target);
    for (int i = 0; isGrowing && free < needed && i < PAUSES; i++) {
      Thread.sleep(PAUSE);
      btrfs.sync(target);
      free = btrfs.freeBytes(target);
    }
    if (free < needed) {
      throw new RestoreException(refusal(plan, needed, free));
    }
  }

  private String refusal(RestorePlan plan, long needed, long free) {
    var estimate =
        plan.needsMoreSpace()
            ? "at least %s are needed, by the sizes of the stored objects"
            : "%s are needed, the length of the send streams";
    return ("cannot restore to %s: "
            + estimate
            + ", and %s are free there, %s too little; make room, restore to "
            + "another file system, or try it all the same with --ignore-space")
        .formatted(
            target, ShownBytes.of(needed), ShownBytes.of(free), ShownBytes.of(needed - free));
  }
}
