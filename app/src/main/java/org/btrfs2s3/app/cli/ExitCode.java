package org.btrfs2s3.app.cli;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.btrfs2s3.core.run.Failure;

/** How a run ended, as the calling process sees it. */
public enum ExitCode {
  /** Everything was done, or there was nothing to do. */
  DONE(0),
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** Some parts of the run are done, others are not. */
  PARTLY_DONE(3),
  CONFIG_INVALID(4),
  /** Something that takes hours is under way, such as a thaw: the same command will succeed. */
  NOT_YET(5),
  /** A remote cannot be reached, or denies access. */
  REMOTE_UNAVAILABLE(10),
  /** Another run holds the lock. */
  LOCKED(11),
  /** The plan, or a part of it, was refused by a guard or not confirmed. */
  PLAN_REFUSED(12),
  /** Ended by SIGINT. */
  INTERRUPTED(130),
  /** Ended by SIGTERM. */
  TERMINATED(143);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  public int value() {
    return value;
  }

  /** The code of a part that failed. */
  static ExitCode of(Failure failure) {
    return switch (failure.kind()) {
      case REMOTE_AWAY -> REMOTE_UNAVAILABLE;
      case BROKEN_BACKUP -> PARTLY_DONE;
      case LOCKED -> LOCKED;
      case REMOTE, SNAPSHOT, ENCODING, LOCAL -> FAILED;
    };
  }

  /**
   * The code of a run that consists of parts, each of which has its own.
   *
   * <p>An interruption wins over everything. Where all that went wrong is one thing, that is the
   * code, unless other parts succeeded: then the run is partly done. A refused plan is no failure:
   * what a guard withholds is left undone on purpose, and so the code stays {@link #PLAN_REFUSED}
   * if nothing else went wrong, or if nothing was executed at all.
   *
   * @param parts the code of each part, {@link #DONE} for those that succeeded
   * @param executed whether any action of the plan was carried out
   */
  public static ExitCode combine(Collection<ExitCode> parts, boolean executed) {
    for (ExitCode part : parts) {
      if (part == INTERRUPTED || part == TERMINATED) {
        return part;
      }
    }
    Set<ExitCode> causes = EnumSet.noneOf(ExitCode.class);
    causes.addAll(parts);
    boolean succeeded = causes.remove(DONE);
    if (causes.isEmpty()) {
      return DONE;
    }
    if (causes.contains(PLAN_REFUSED) && (causes.size() == 1 || !executed)) {
      return PLAN_REFUSED;
    }
    return causes.size() > 1 || succeeded ? PARTLY_DONE : causes.iterator().next();
  }
}
