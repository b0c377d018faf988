package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.PlanJson;
import org.btrfs2s3.app.console.PlanText;
import org.btrfs2s3.app.console.ProgressText;
import org.btrfs2s3.app.console.ReportText;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.core.update.Update;
import org.btrfs2s3.core.update.UpdateOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the due snapshots, uploads what is missing and deletes what has expired. */
@Command(
    name = "update",
    description = {
      "Makes the snapshots that are due, uploads the missing backups and deletes what the policies "
          + "do not preserve.",
      "Shows what it is going to do and asks; without a terminal it needs --force."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 update --pretend    # what would be done",
      "  btrfs2s3 update --force      # from a timer: does not ask"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class UpdateCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(names = "--pretend", description = "Only show what would be done.")
  private boolean pretend;

  @Option(names = "--force", description = "Do not ask.")
  private boolean force;

  @Option(
      names = "--allow-delete",
      description = "Delete also what a guard against wrong clocks and changed policies withholds.")
  private boolean allowDelete;

  @Option(
      names = "--no-upload",
      description = "Only make the due snapshots; upload and delete nothing.")
  private boolean noUpload;

  @Mixin private final WaitOption lockWait = new WaitOption();

  @Option(names = "--json", description = "Print the plan and the outcome as JSON.")
  private boolean json;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Override
  public Integer call() throws ConfigException, IOException, LockedException, InterruptedException {
    if (noUpload && allowDelete) {
      throw new ParameterException(
          spec.commandLine(), "--allow-delete does not go with --no-upload, which deletes nothing");
    }
    var options = new UpdateOptions(!noUpload, allowDelete, lockWait.duration());
    var setup = Workplace.setup(spec.commandLine(), config.file());
    var update = new Update(setup, Workplace.machine());
    return (pretend ? pretend(update, options) : run(update, options)).value();
  }

  private ExitCode pretend(Update update, UpdateOptions options)
      throws IOException, LockedException, InterruptedException {
    var plan = update.pretend(options);
    if (json) {
      var document = new JsonDocument("update");
      document.root().put("pretend", true);
      PlanJson.write(plan, document.root());
      out(document.text());
    } else {
      PlanText.of(plan).forEach(this::out);
    }
    return new Verdict()
        .failures(RunReport.failures(plan.problems()))
        .refused(!plan.withheld().isEmpty())
        .succeeded(plan.isAnyRemoteThere())
        .exitCode(false);
  }

  private ExitCode run(Update update, UpdateOptions options)
      throws IOException, LockedException, InterruptedException {
    var approval = new ConsoleApproval(spec.commandLine(), force, json);
    RunReport report;
    try (var display = Screen.of(spec.commandLine()).uploads(spec.commandLine().getErr())) {
      report =
          update.run(
              options,
              approval,
              new ProgressText(spec.commandLine().getErr(), display, approval::plan));
    }
    if (json) {
      var document = new JsonDocument("update");
      document.root().put("pretend", false);
      PlanJson.write(report, document.root());
      out(document.text());
    } else {
      if (approval.wasNotAsked()) {
        PlanText.of(report.plan()).forEach(this::out);
      }
      out(ReportText.of(report));
    }
    Failures.tell(spec.commandLine(), report.failures());
    return exitCode(report);
  }

  private static ExitCode exitCode(RunReport report) {
    return new Verdict()
        .failures(report.failures())
        .refused(!report.approved() || report.withheld() > 0)
        .succeeded(report.healthyParts() > 0)
        .exitCode(report.executed() > 0);
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
  }
}
