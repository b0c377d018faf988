package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.ExplanationJson;
import org.btrfs2s3.app.console.ExplanationText;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.explain.Explainer;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.core.update.Update;
import org.btrfs2s3.core.update.UpdateOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why a snapshot and its backups are kept. */
@Command(
    name = "explain",
    description = {
      "Says of a snapshot and its backups why they are kept, until when, and what depends on them; "
          + "or why there is no backup. Changes nothing and takes no lock.",
      "What it says of the future holds as long as the policy stays, and backups go on."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 explain 1a2b"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ExplainCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "BACKUP",
      description =
          "UUID of a backup or snapshot, or at least 4 characters of its beginning; list and "
              + "update --pretend --json show it.",
      converter = BackupArgument.Converter.class)
  @SuppressWarnings("NullAway.Init") // required
  private BackupArgument subject;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Override
  public Integer call()
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var commandLine = spec.commandLine();
    var setup = Workplace.setup(commandLine, config.file());
    var plan =
        new Update(setup, Workplace.machine())
            .pretend(new UpdateOptions(true, false, Duration.ZERO));
    var missing = notObserved(plan);
    missing.forEach(problem -> commandLine.getErr().println(Printable.line(problem.message())));
    var explainer = new Explainer(plan);
    var explanation = explainer.explain(subject.choose(explainer.known(), searched(plan)));
    if (json) {
      var document = new JsonDocument("explain");
      ExplanationJson.write(explanation, document.root());
      commandLine.getOut().println(document.text());
    } else {
      ExplanationText.of(explanation).forEach(commandLine.getOut()::println);
    }
    List<ExitCode> parts = new ArrayList<>();
    parts.add(ExitCode.DONE);
    missing.forEach(problem -> parts.add(ExitCode.of(RunReport.failure(problem))));
    return ExitCode.combine(parts, true).value();
  }

  /** Where something may be that is not known therefore. */
  private static List<Problem> notObserved(Plan plan) {
    return plan.problems().stream()
        .filter(
            problem ->
                switch (problem.kind()) {
                  case REMOTE_AWAY, SOURCE_UNAVAILABLE -> true;
                  default -> false;
                })
        .toList();
  }

  private static String searched(Plan plan) {
    return Stream.concat(
            plan.sources().stream().map(source -> source.source().path()),
            plan.observation().remotes().stream()
                .filter(ObservedRemote.Listed.class::isInstance)
                .map(remote -> remote.id().value()))
        .collect(Collectors.joining(", "));
  }
}
