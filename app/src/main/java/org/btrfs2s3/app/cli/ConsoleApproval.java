package org.btrfs2s3.app.cli;

import java.util.Objects;
import org.btrfs2s3.app.console.PlanText;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.update.Approval;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Shows plans on standard output and asks at the terminal, unless told not to. */
final class ConsoleApproval implements Approval {

  private final CommandLine commandLine;
  private final boolean force;
  private final boolean quiet;
  private volatile @Nullable Plan plan;

  /**
   * @param quiet whether standard output is for something else
   */
  ConsoleApproval(CommandLine commandLine, boolean force, boolean quiet) {
    this.commandLine = commandLine;
    this.force = force;
    this.quiet = quiet;
  }

  @Override
  public boolean approve(Plan proposed) {
    show(proposed);
    if (force) {
      return true;
    }
    if (!Terminal.isThere()) {
      commandLine
          .getErr()
          .println("there is no terminal to ask at, and no --force: nothing is changed");
      return false;
    }
    return Terminal.confirms("Execute these actions?");
  }

  @Override
  public boolean approveChanged(Plan changed) {
    if (force) {
      plan = changed;
      return true;
    }
    commandLine.getErr().println("the plan has changed meanwhile");
    show(changed);
    return Terminal.confirms("Execute these actions instead?");
  }

  private void show(Plan shown) {
    plan = shown;
    if (!quiet) {
      PlanText.of(shown).forEach(line -> commandLine.getOut().println(line));
    }
  }

  /** The newest plan that is being executed. */
  Plan plan() {
    return Objects.requireNonNull(plan, "no plan was approved yet");
  }

  /** Whether there was nothing to approve. */
  boolean wasNotAsked() {
    return plan == null;
  }
}
