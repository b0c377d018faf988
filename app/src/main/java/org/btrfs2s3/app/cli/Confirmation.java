package org.btrfs2s3.app.cli;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Shows a plan, and asks whether it is to be executed. */
final class Confirmation<P> {

  private final CommandLine commandLine;
  private final boolean json;
  private final Function<P, List<String>> text;
  private final String question;
  private final Predicate<P> needsAsking;
  private volatile @Nullable P plan;

  /**
   * Nothing is shown yet.
   *
   * @param json whether standard output is for scripts
   * @param needsAsking whether somebody has to confirm a plan
   */
  Confirmation(
      CommandLine commandLine,
      boolean json,
      Function<P, List<String>> text,
      String question,
      Predicate<P> needsAsking) {
    this.commandLine = commandLine;
    this.json = json;
    this.text = text;
    this.question = question;
    this.needsAsking = needsAsking;
  }

  boolean approve(P proposed) throws InterruptedException {
    plan = proposed;
    boolean asks = needsAsking.test(proposed);
    var to = json ? commandLine.getErr() : commandLine.getOut();
    if (!json || asks) {
      text.apply(proposed).forEach(to::println);
    }
    return !asks || ConsoleApproval.ask(commandLine, question);
  }

  /** The one that was shown. */
  P plan() {
    return Objects.requireNonNull(plan, "no plan was shown yet");
  }
}
