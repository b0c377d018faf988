package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.ProgressText;
import org.btrfs2s3.app.console.RepairJson;
import org.btrfs2s3.app.console.RepairText;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.CommitRepair;
import org.btrfs2s3.core.update.GarbageCollection;
import org.btrfs2s3.core.update.Repair;
import org.btrfs2s3.core.update.RepairReport;
import org.btrfs2s3.core.update.UpdateSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes damaged and missing backups anew. */
@Command(
    name = "repair",
    description = {
      "Uploads again what is damaged or missing on a remote, as long as its snapshot is there: "
          + "backups whose chain is incomplete, that lack segments, or that --backup names.",
      "Writes first, and then deletes what was replaced. Shows what it is going to do and asks; "
          + "without a terminal it needs --force."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 repair --pretend",
      "  btrfs2s3 repair --remote cloud --backup 1a2b",
      "  btrfs2s3 repair --remote cloud --commit 1a2b --identity key.asc"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RepairCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--remote",
      paramLabel = "ID",
      description = "Only on this remote; on every one that is uploaded to if absent.")
  private @Nullable String remote;

  @Option(
      names = "--source",
      paramLabel = "PATH-or-UUID",
      description = "Only backups of this source.")
  private @Nullable String source;

  @Option(
      names = "--backup",
      paramLabel = "UUID",
      converter = BackupArgument.Converter.class,
      description =
          "A backup whose content is damaged, as verify found it: it is replaced although the "
              + "listing shows nothing wrong. Repeatable.")
  private List<BackupArgument> backups = new ArrayList<>();

  @Option(
      names = "--collect",
      description =
          "Delete what cannot be repaired, because its snapshot is gone, and what depends on it. "
              + "The last backups that can be restored are never deleted.")
  private boolean collect;

  @Option(
      names = "--commit",
      paramLabel = "UUID",
      converter = BackupArgument.Converter.class,
      description =
          "Write the commit object of this backup anew, after reading and verifying all of its "
              + "segments, or only its signature, if that is all that is wrong. Does nothing else, "
              + "and does not ask.")
  private @Nullable BackupArgument commit;

  @Mixin private final KeyOptions keys = new KeyOptions();

  @Option(names = "--pretend", description = "Only show what would be done.")
  private boolean pretend;

  @Option(names = "--force", description = "Do not ask.")
  private boolean force;

  @Mixin private final WaitOption lockWait = new WaitOption();

  @Option(names = "--json", description = "Print the plan and the outcome as JSON.")
  private boolean json;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Override
  public Integer call()
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    requireFitting();
    var wait = lockWait.duration();
    var configuration = GlobalOptions.of(spec.commandLine()).readConfig(config.file());
    var setup = Workplace.part(spec.commandLine(), configuration, remote, source);
    if (commit != null) {
      return repairCommit(setup, commit, configuration).value();
    }
    var scope = new RepairScope(damaged(setup), collect);
    var repair =
        new Repair(setup, Workplace.machine(), Workplace.otherRemotes(configuration, setup));
    return (pretend ? pretend(repair, scope) : run(repair, scope, wait)).value();
  }

  private void requireFitting() {
    if (commit == null && keys.areGiven()) {
      throw new ParameterException(
          spec.commandLine(),
          "--identity, --passphrase-file and --require-signature-by belong to --commit: without it"
              + " repair reads no backup");
    }
    if (commit != null && (!backups.isEmpty() || collect || lockWait.isGiven())) {
      throw new ParameterException(
          spec.commandLine(),
          "--commit does nothing else: it goes without --backup, --collect and --wait");
    }
  }

  private Map<RemoteId, Set<UUID>> damaged(UpdateSetup setup)
      throws IOException, UnknownBackupException, InterruptedException {
    if (backups.isEmpty()) {
      return Map.of();
    }
    var id = onlyRemote(setup, "--backup");
    Set<UUID> named = new HashSet<>();
    for (var backup : backups) {
      named.add(StoredUuids.choose(backup, setup.remotes()));
    }
    return Map.of(id, named);
  }

  /** The same backup may be whole on another one. */
  private RemoteId onlyRemote(UpdateSetup setup, String option) {
    if (setup.remotes().size() != 1) {
      throw new ParameterException(
          spec.commandLine(), option + " needs --remote: there are several remotes");
    }
    return setup.remotes().getFirst().id();
  }

  private ExitCode repairCommit(
      UpdateSetup setup, BackupArgument named, Configuration configuration)
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var id = onlyRemote(setup, "--commit");
    var backup = StoredUuids.choose(named, setup.remotes());
    var report =
        new CommitRepair(setup, Workplace.machine(), keys.load(configuration))
            .run(id, backup, pretend);
    if (json) {
      var document = document();
      RepairJson.write(report, document.root());
      out(document.text());
    } else {
      out(RepairText.outcome(report, pretend));
    }
    Failures.tell(spec.commandLine(), report.failures());
    return new Verdict().failures(report.failures()).exitCode(false);
  }

  private ExitCode pretend(Repair repair, RepairScope scope)
      throws IOException, LockedException, InterruptedException {
    var plan = repair.pretend(scope);
    if (json) {
      var document = document();
      RepairJson.write(plan, document.root());
      out(document.text());
    } else {
      RepairText.of(plan).forEach(this::out);
    }
    return new Verdict()
        .failures(GarbageCollection.failures(plan.problems()))
        .succeeded(!plan.isEmpty() || Repair.isHealthySomewhere(plan))
        .exitCode(false);
  }

  private JsonDocument document() {
    var document = new JsonDocument("repair");
    document.root().put("pretend", pretend);
    return document;
  }

  private ExitCode run(Repair repair, RepairScope scope, Duration wait)
      throws IOException, LockedException, InterruptedException {
    var approval =
        new Confirmation<RepairPlan>(
            spec.commandLine(), json, RepairText::of, "Execute these actions?", _ -> !force);
    RepairReport report;
    try (var display = Screen.of(spec.commandLine()).uploads(spec.commandLine().getErr())) {
      report =
          repair.run(
              scope,
              wait,
              approval::approve,
              new ProgressText(
                  spec.commandLine().getErr(), display, () -> approval.plan().update()));
    }
    if (json) {
      var document = document();
      RepairJson.write(report, document.root());
      out(document.text());
    } else {
      if (report.plan().isEmpty()) {
        RepairText.withoutFailures(report.plan()).forEach(this::out);
      } else {
        out(RepairText.outcome(report));
      }
    }
    Failures.tell(spec.commandLine(), untold(report));
    return exitCode(report);
  }

  /** What the plan does not tell, if it was shown. */
  private List<Failure> untold(RepairReport report) {
    if (json || report.plan().isEmpty()) {
      return report.failures();
    }
    var told = report.plan().problems().stream().map(Repair::failure).toList();
    return report.failures().stream().filter(failure -> !told.contains(failure)).toList();
  }

  private static ExitCode exitCode(RepairReport report) {
    return new Verdict()
        .failures(report.failures())
        .refused(!report.approved())
        .succeeded(report.succeeded())
        .exitCode(report.executed() > 0);
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
  }
}
