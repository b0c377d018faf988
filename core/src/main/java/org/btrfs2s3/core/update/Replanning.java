package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.List;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.run.LockedException;

/** Plans around snapshots that turn out to be unusable: the next ones take their place. */
final class Replanning {

  private final UploadQueue queue;
  private final Ledger ledger;

  Replanning(UploadQueue queue, Ledger ledger) {
    this.queue = queue;
    this.ledger = ledger;
  }

  /** Looks at a source once more, and plans what is to be uploaded of it now. */
  @FunctionalInterface
  interface Planning {
    List<Action.Upload> uploads() throws IOException, LockedException, InterruptedException;
  }

  /**
   * After the uploads of a source. Ends, because each round finds another one of finitely many
   * snapshots to be unusable (invariant 12).
   */
  void goOn(SourceSession source, Planning planning)
      throws IOException, LockedException, InterruptedException {
    int known = 0;
    while (source.unusableCount() > known) {
      known = source.unusableCount();
      ledger.tell(
          new UpdateEvent.PlannedAgain(
              source.setup().path().toString(), "a snapshot could not be sent"));
      UploadQueue.await(queue.submit(source.uuid(), planning.uploads()));
    }
  }
}
