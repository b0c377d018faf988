package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.GarbageJson;
import org.btrfs2s3.app.console.GarbageText;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.ProgressText;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.update.GarbageCollection;
import org.btrfs2s3.core.update.GarbageReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Removes what interrupted runs left. */
@Command(
    name = "gc",
    description = {
      "Removes what interrupted runs left on the remotes and what is no backup: uploads that were "
          + "begun, and segments that nothing is going to make a backup of. Every update does the "
          + "same for its sources.",
      "Without --foreign and --duplicates it touches only what is of the sources of this machine, "
          + "and asks nothing; with one of them it asks if it finds anything of that."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 gc --pretend", "  btrfs2s3 gc --foreign --older-than 30d"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class GcCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(names = "--pretend", description = "Only show what would be removed.")
  private boolean pretend;

  @Option(names = "--force", description = "Do not ask.")
  private boolean force;

  @ArgGroup(exclusive = false)
  private @Nullable ForeignOptions foreign;

  @Option(
      names = "--duplicates",
      description =
          "Delete, too, second objects of a snapshot that has a whole backup, if both are equal: "
              + "each pair is read. Asks; without a terminal it needs --force.")
  private boolean duplicates;

  @Mixin private final WaitOption lockWait = new WaitOption();

  @Option(names = "--json", description = "Print the plan and the outcome as JSON.")
  private boolean json;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  /** What is not ours, and since when; only together. */
  static final class ForeignOptions {

    @Option(
        names = "--foreign",
        required = true,
        description =
            "Remove, too, what sources that are not in the configuration left unfinished, unless "
                + "a backup was sent against it. Asks; without a terminal it needs --force.")
    private boolean foreign;

    @Option(
        names = "--older-than",
        required = true,
        paramLabel = "DURATION",
        converter = DurationArgument.class,
        description =
            "Only if nothing happened to it for so long by the remote's clock, such as 30d; at "
                + "least 1d. Choose it longer than any upload of theirs takes.")
    @SuppressWarnings("NullAway.Init") // required
    private Duration olderThan;
  }

  @Override
  public Integer call() throws ConfigException, IOException, LockedException, InterruptedException {
    var scope = new GarbageScope(duplicates, foreignAge());
    var wait = lockWait.duration();
    var setup = Workplace.setup(spec.commandLine(), config.file());
    var collection = new GarbageCollection(setup, Workplace.machine());
    return (pretend ? pretend(collection, scope) : run(collection, scope, wait)).value();
  }

  private @Nullable Duration foreignAge() {
    if (foreign == null || !foreign.foreign) {
      return null;
    }
    if (!GarbageScope.isAllowed(foreign.olderThan)) {
      throw new ParameterException(
          spec.commandLine(), "--older-than must be at least 1d, and at most 36500d");
    }
    return foreign.olderThan;
  }

  private ExitCode pretend(GarbageCollection collection, GarbageScope scope)
      throws IOException, LockedException, InterruptedException {
    var plan = collection.pretend(scope);
    if (json) {
      var document = new JsonDocument("gc");
      document.root().put("pretend", true);
      GarbageJson.write(plan, document.root());
      out(document.text());
    } else {
      GarbageText.of(plan).forEach(this::out);
    }
    return new Verdict()
        .failures(GarbageCollection.failures(plan.problems()))
        .succeeded(plan.update().isAnyRemoteThere())
        .exitCode(false);
  }

  private ExitCode run(GarbageCollection collection, GarbageScope scope, Duration wait)
      throws IOException, LockedException, InterruptedException {
    var approval =
        new Confirmation<GarbagePlan>(
            spec.commandLine(),
            json,
            GarbageText::of,
            "Remove these?",
            plan -> !force && !plan.isGarbageOnly());
    GarbageReport report;
    try (var display = Screen.of(spec.commandLine()).uploads(spec.commandLine().getErr())) {
      report =
          collection.run(
              scope,
              wait,
              approval::approve,
              new ProgressText(
                  spec.commandLine().getErr(), display, () -> approval.plan().update()));
    }
    if (json) {
      var document = new JsonDocument("gc");
      document.root().put("pretend", false);
      GarbageJson.write(report, document.root());
      out(document.text());
    } else {
      out(GarbageText.outcome(report));
    }
    Failures.tell(spec.commandLine(), report.failures());
    return exitCode(report);
  }

  private static ExitCode exitCode(GarbageReport report) {
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
