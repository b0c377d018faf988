package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.AbandonText;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.AbandonReport;
import org.btrfs2s3.core.update.Abandonment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives up an interrupted upload. */
@Command(
    name = "abandon",
    description = {
      "Gives up the interrupted uploads of a snapshot: removes what is stored of them. Backups are "
          + "not touched.",
      "Else the next update goes on where they ended. If the policy still wants the backup, it "
          + "begins anew."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 abandon 1a2b --pretend"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class AbandonCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--remote",
      paramLabel = "ID",
      description = "Only on this remote; on every one that is uploaded to if absent.")
  private @Nullable String remote;

  @Option(
      names = "--foreign",
      description =
          "Also if the source is none of the configuration, or not on this machine. Nothing keeps "
              + "another machine from uploading it meanwhile: make sure that none does.")
  private boolean foreign;

  @Option(names = "--pretend", description = "Only show what would be removed.")
  private boolean pretend;

  @Option(names = "--force", description = "Do not ask. Needed where there is no terminal.")
  private boolean force;

  @Parameters(
      index = "0",
      paramLabel = "UUID",
      description = "Of the snapshot, or at least 4 characters of its beginning; list shows it.",
      converter = BackupArgument.Converter.class)
  @SuppressWarnings("NullAway.Init") // required
  private BackupArgument named;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Override
  public Integer call()
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var commandLine = spec.commandLine();
    var setup = Workplace.setup(commandLine, config.file(), remote);
    var text = new AbandonText(setup.zone());
    var snapshot = StoredUuids.choose(named, setup.remotes());
    var report =
        new Abandonment(setup, Workplace.machine())
            .run(
                snapshot,
                foreign,
                proposed -> approve(text.plan(proposed)),
                event -> text.of(event).ifPresent(commandLine.getErr()::println));
    report.backups().stream().map(Printable::line).forEach(commandLine.getErr()::println);
    Failures.tell(commandLine, report.failures());
    commandLine.getOut().println(AbandonText.outcome(report, snapshot));
    return exitCode(report).value();
  }

  private boolean approve(List<String> proposed) throws InterruptedException {
    proposed.forEach(spec.commandLine().getOut()::println);
    return !pretend && (force || ConsoleApproval.ask(spec.commandLine(), "Remove this?"));
  }

  private ExitCode exitCode(AbandonReport report) {
    List<ExitCode> parts = new ArrayList<>();
    if (!report.approved()) {
      parts.add(pretend ? ExitCode.DONE : ExitCode.PLAN_REFUSED);
    }
    report.failures().forEach(failure -> parts.add(ExitCode.of(failure)));
    if (report.executed() > 0) {
      parts.add(ExitCode.DONE);
    }
    return parts.isEmpty() ? ExitCode.FAILED : ExitCode.combine(parts, report.executed() > 0);
  }
}
