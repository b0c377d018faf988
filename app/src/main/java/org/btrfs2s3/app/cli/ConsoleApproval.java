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
  public boolean approve(Plan proposed) throws InterruptedException {
    show(proposed);
    if (force) {
      return true;
    }
    return ask(commandLine, "Execute these actions?");
  }

  /** Without a terminal the answer is no. */
  static boolean ask(CommandLine commandLine, String question) throws InterruptedException {
    if (!Terminal.isThere()) {
      commandLine
          .getErr()
          .println("there is no terminal to ask at, and no --force: nothing is changed");
      return false;
    }
    return confirms(question);
  }

  @Override
  public boolean approveChanged(Plan changed) throws InterruptedException {
    if (force) {
      plan = changed;
      return true;
    }
    commandLine.getErr().println("the plan has changed meanwhile");
    show(changed);
    return confirms("Execute these actions instead?");
  }

  /** Reading from a terminal cannot be interrupted: an answer after the signal does not count. */
  private static boolean confirms(String question) throws InterruptedException {
    boolean yes = Terminal.confirms(question);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return yes;
  }

  private void show(Plan shown) {
    plan = shown;
    // Whoever is asked must see what about, even if standard output is for a script.
    var to = quiet ? commandLine.getErr() : commandLine.getOut();
    if (!quiet || !force) {
      PlanText.of(shown).forEach(to::println);
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
