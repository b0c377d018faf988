package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.ProgressText;
import org.btrfs2s3.app.console.ReseedJson;
import org.btrfs2s3.app.console.ReseedProgress;
import org.btrfs2s3.app.console.ReseedText;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.Reseed;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.core.update.Seeding;
import org.btrfs2s3.core.update.SeedingPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Fills a remote from another one, or from the local snapshots. */
@Command(
    name = "reseed",
    description = {
      "Fills a remote once: with the backups of another remote (--from), or with those of the "
          + "snapshots on this machine that its policy preserves.",
      "Copies object by object, parents first, on the server where that can do it, and verifies what "
          + "passes through this machine. What is there already stays as it is; nothing is deleted. "
          + "Interrupted, the same command goes on."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 reseed --from old --to new --identity key.asc --pretend",
      "  btrfs2s3 reseed --to new --only latest"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReseedCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(names = "--from", paramLabel = "ID", description = "The remote to copy from.")
  private @Nullable String from;

  @Option(names = "--to", required = true, paramLabel = "ID", description = "The remote to fill.")
  @SuppressWarnings("NullAway.Init") // required
  private String to;

  @Option(
      names = "--reencode",
      description =
          "With --from: decode each backup with an identity, and encode it as the upload entries "
              + "for the other remote say: for new keys, or another compression.")
  private boolean reencode;

  @Mixin private final ReseedScopeOption only = new ReseedScopeOption();

  @Mixin private final KeyOptions keys = new KeyOptions();

  @Option(names = "--pretend", description = "Only show what would be copied, and how.")
  private boolean pretend;

  @Mixin private final WaitOption lockWait = new WaitOption();

  @Option(names = "--json", description = "Print the plan and the outcome as JSON.")
  private boolean json;

  @Override
  public Integer call()
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var commandLine = spec.commandLine();
    if (reencode && from == null) {
      throw new ParameterException(commandLine, "--reencode needs --from");
    }
    if (from != null && lockWait.isGiven()) {
      throw new ParameterException(
          commandLine, "--wait does not go with --from: a copy never waits for another run");
    }
    if (to.equals(from)) {
      throw new ParameterException(
          commandLine, "--from and --to are the same remote: nothing would have to be copied");
    }
    var configuration = GlobalOptions.of(commandLine).readConfig(null);
    RemoteOption.choose(configuration, to, commandLine);
    var code = from == null ? upload(configuration) : copy(configuration, from);
    return code.value();
  }

  private ExitCode copy(Configuration configuration, String fromId)
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var commandLine = spec.commandLine();
    var wish = only.wish(configuration.zone());
    try (var ends =
        ReseedEnds.open(commandLine, configuration, fromId, to, keys, reencode, !pretend)) {
      var old = ends.setup().from().store();
      var scope = wish.among(named -> StoredUuids.choose(named, old, fromId));
      var options = new Reseed.Options(scope, reencode);
      var reseed = new Reseed(ends.setup(), new KernelBtrfs(), InstantSource.system());
      return pretend
          ? pretend(configuration, reseed, options, ends)
          : run(configuration, reseed, options, ends);
    }
  }

  private ExitCode pretend(
      Configuration configuration, Reseed reseed, Reseed.Options options, ReseedEnds ends)
      throws IOException, InterruptedException {
    var plan = reseed.pretend(options);
    if (json) {
      var document = document(true);
      ReseedJson.write(plan, document.root());
      out(document.text());
    } else {
      ReseedText.of(plan, ends.setup().from().id(), ends.setup().to().id(), configuration.zone())
          .forEach(this::out);
    }
    return exitCode(plan.problems(), !plan.items().isEmpty() || plan.problems().isEmpty());
  }

  private ExitCode run(
      Configuration configuration, Reseed reseed, Reseed.Options options, ReseedEnds ends)
      throws IOException, LockedException, InterruptedException {
    var err = spec.commandLine().getErr();
    try (var display = Screen.of(spec.commandLine()).uploads(err)) {
      var report =
          reseed.run(
              options,
              new ReseedProgress(err, display, ends.setup().to().id(), configuration.zone()));
      if (json) {
        var document = document(false);
        ReseedJson.write(report, document.root());
        out(document.text());
      } else {
        ReseedText.outcome(report, configuration.zone()).forEach(this::out);
      }
      Failures.tell(spec.commandLine(), report.failures());
      return exitCode(report.failures(), report.succeeded());
    }
  }

  private ExitCode upload(Configuration configuration)
      throws ConfigException,
          IOException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    var wait = lockWait.duration();
    var wish = only.wish(configuration.zone());
    var setup = Workplace.seeding(spec.commandLine(), configuration, new RemoteId(to));
    var scope = wish.among(named -> StoredUuids.choose(named, setup, new KernelBtrfs()));
    var seeding =
        new Seeding(setup, Workplace.machine(), new ScopeSelection(scope, new RemoteId(to)));
    if (pretend) {
      return pretend(seeding);
    }
    return run(configuration, seeding, wait);
  }

  private ExitCode run(Configuration configuration, Seeding seeding, Duration wait)
      throws IOException, LockedException, InterruptedException {
    var err = spec.commandLine().getErr();
    var remote = RemoteOption.choose(configuration, to, spec.commandLine()).getFirst();
    var check = new SeedingCheck(configuration, remote, keys.loadIfPossible(configuration), err);
    var shown = new AtomicReference<SeedingPlan>();
    try (var display = Screen.of(spec.commandLine()).uploads(err)) {
      var report =
          seeding.run(
              wait,
              plan -> {
                shown.set(plan);
                if (!json) {
                  ReseedText.of(plan).forEach(this::out);
                }
              },
              check,
              new ProgressText(err, display, () -> Objects.requireNonNull(shown.get()).plan()));
      if (json) {
        var document = document(false);
        ReseedJson.write(report, check.report(), document.root());
        out(document.text());
      } else {
        ReseedText.outcome(report, check.report(), configuration.zone()).forEach(this::out);
      }
      Failures.tell(spec.commandLine(), report.failures());
      return exitCode(report.failures(), report.succeeded());
    }
  }

  private ExitCode pretend(Seeding seeding)
      throws IOException, LockedException, InterruptedException {
    var plan = seeding.pretend();
    if (json) {
      var document = document(true);
      ReseedJson.write(plan, document.root());
      out(document.text());
    } else {
      ReseedText.of(plan).forEach(this::out);
    }
    return exitCode(
        Stream.concat(RunReport.failures(plan.plan().problems()).stream(), plan.unmet().stream())
            .toList(),
        plan.unmet().isEmpty() && plan.plan().isAnyRemoteThere());
  }

  private JsonDocument document(boolean pretended) {
    var document = new JsonDocument("reseed");
    document.root().put("pretend", pretended).put("from", from).put("to", to);
    return document;
  }

  private static ExitCode exitCode(List<Failure> failures, boolean succeeded) {
    return new Verdict().failures(failures).succeeded(succeeded).exitCode(true);
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
  }
}
