package org.btrfs2s3.app.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.btrfs2s3.core.run.Failure;

/** Collects how the parts of a run ended; see {@link ExitCode#combine}. */
final class Verdict {

  private final List<ExitCode> parts = new ArrayList<>();

  /** Each is a part that failed. */
  Verdict failures(Collection<Failure> failures) {
    failures.forEach(failure -> parts.add(ExitCode.of(failure)));
    return this;
  }

  /** Whether the plan, or a part of it, was not confirmed, or was refused by a guard. */
  Verdict refused(boolean refused) {
    return add(refused, ExitCode.PLAN_REFUSED);
  }

  /** Whether any part did what was asked for, be it nothing. */
  Verdict succeeded(boolean succeeded) {
    return add(succeeded, ExitCode.DONE);
  }

  private Verdict add(boolean holds, ExitCode part) {
    if (holds) {
      parts.add(part);
    }
    return this;
  }

  /**
   * The code of the run.
   *
   * @param executed whether any action of the plan was carried out
   */
  ExitCode exitCode(boolean executed) {
    return ExitCode.combine(parts, executed);
  }
}
