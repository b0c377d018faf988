package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.sendstream.SizeEstimate;

/**
 * How long the send streams of a run are, each measured once, by a send without data. Safe for use
 * by several threads; one that measures, for minutes perhaps, lets the others wait.
 */
final class StreamEstimates {

  /** Of a stream that could not be measured: it may be of any length. */
  static final long UNKNOWN = 0;

  private final RunSession session;

  /** Guarded by this. */
  private final Map<SentSnapshot, Long> known = new HashMap<>();

  StreamEstimates(RunSession session) {
    this.session = session;
  }

  /** Sum of the estimates, in bytes. */
  long sum(List<Action.Upload> uploads) throws InterruptedException {
    long sum = 0;
    for (var upload : uploads) {
      sum += of(upload);
    }
    return sum;
  }

  /**
   * In bytes; {@link #UNKNOWN} if that cannot be found out, because the send itself will tell why.
   */
  synchronized long of(Action.Upload upload) throws InterruptedException {
    var sent = SentSnapshot.of(upload.identity());
    var before = known.get(sent);
    if (before != null) {
      return before;
    }
    long bytes = UNKNOWN;
    try {
      bytes = measure(session.session(upload.source()), sent);
    } catch (IOException _) {
      // The upload runs into the same error and reports it.
    }
    if (bytes != UNKNOWN) {
      known.put(sent, bytes);
    }
    return bytes;
  }

  /**
   * Whose fault it was that a snapshot could not be sent: its send parent's, if that cannot be sent
   * either. Of the parent a differential send reads the metadata only, and so does this.
   */
  UUID unreadable(Action.Upload upload) {
    var parent = upload.identity().sendParent();
    if (parent != null) {
      try {
        measure(session.session(upload.source()), new SentSnapshot(parent, null));
      } catch (IOException _) {
        return parent;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return upload.identity().uuid();
  }

  private static long measure(SourceSession source, SentSnapshot sent)
      throws IOException, InterruptedException {
    try (var stream = source.send(sent, SendMode.NO_DATA)) {
      var estimate = new SizeEstimate();
      Pipeline.run(stream, List.of(), estimate::update);
      return estimate.finish();
    }
  }
}
