package org.btrfs2s3.core.plan;

import java.time.Instant;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.btrfs2s3.policy.Snapshot;

/**
 * A read-only snapshot of a source as it was observed, or as it is going to be created (then {@code
 * uuid} is a placeholder and {@code name} is empty).
 *
 * @param name its directory entry, as text
 * @param namedFinally whether the name is one that it keeps
 */
public record LocalSnapshot(
    UUID uuid,
    String name,
    boolean namedFinally,
    Ctransid ctransid,
    Ctransid otransid,
    Instant ctime,
    Standing standing,
    Origin origin) {

  /** When it came into being. */
  public enum Origin {
    BEFORE_THIS_RUN,
    IN_THIS_RUN,
    /** Not yet: this run is going to make it. */
    PREDICTED
  }

  /** Stands for the UUID of a snapshot that does not exist yet; never a real one (version 0). */
  private static final UUID PLACEHOLDER = new UUID(0L, 1L);

  static LocalSnapshot predict(Ctransid ctransid, Instant ctime) {
    return new LocalSnapshot(
        PLACEHOLDER, "", false, ctransid, ctransid, ctime, new Standing.Ours(), Origin.PREDICTED);
  }

  public boolean isPredicted() {
    return origin == Origin.PREDICTED;
  }

  boolean isUsable() {
    return standing instanceof Standing.Ours;
  }

  Snapshot forPolicy() {
    return new Snapshot(uuid, ctransid, ctime);
  }
}
