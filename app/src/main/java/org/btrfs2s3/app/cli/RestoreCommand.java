package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.FetchProgress;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.RestoreJson;
import org.btrfs2s3.app.console.RestoreText;
import org.btrfs2s3.app.console.ThawText;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreException;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.RestorePlan;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.MeteredStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Brings backups back. */
@Command(
    name = "restore",
    description = {
      "Fetches backups with their chains and receives them as read-only subvolumes into a directory"
          + " on a btrfs file system.",
      "A subvolume appears under its name only when it is complete, checked and on disk."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 restore --remote cloud --latest --to /mnt/new --identity key.asc",
      "  btrfs2s3 restore --url s3://bucket/host1/ --region eu-central-1 --latest",
      "      --to /mnt/new --identity key.asc     # without a configuration",
      "  btrfs2s3 restore --remote cloud --at 2026-01-31T12:00:00 --source /data",
      "      --to /mnt/new --writable data --identity key.asc"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RestoreCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Mixin private final ReadingOptions from = new ReadingOptions();

  @ArgGroup(exclusive = true, multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // required
  private PlaceOptions place;

  @ArgGroup(exclusive = true, multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // required
  private SelectionOptions selection;

  @Option(
      names = "--source",
      paramLabel = "PATH-or-UUID",
      description = "Only backups of this source; every one on the remote if absent.")
  private @Nullable String source;

  @Option(
      names = "--keep-chain",
      description = "Keep the ancestors that were needed as send parents, under their own names.")
  private boolean keepChain;

  @ArgGroup(exclusive = false)
  private @Nullable ThawOptions thaw;

  @Mixin private final PrecautionOptions precautions = new PrecautionOptions();

  @Option(
      names = "--writable",
      paramLabel = "NAME",
      description = "Also make a writable snapshot of the restored subvolume, beside it.")
  private @Nullable String writable;

  @Option(names = "--dry-run", description = "Only show what would be fetched.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the plan, or the outcome, as JSON.")
  private boolean json;

  @Override
  public Integer call()
      throws ConfigException,
          IOException,
          RestoreException,
          LockedException,
          UnknownBackupException,
          InterruptedException {
    if (place.stream != null) {
      return stream(place.stream).value();
    }
    var target = Objects.requireNonNull(place.directory, "--to, or else --stream-to, is required");
    if (!Files.isDirectory(target)) {
      throw new RestoreException("cannot restore to " + target + ": there is no such directory");
    }
    requireBtrfs(target);
    var commandLine = spec.commandLine();
    Btrfs btrfs = new KernelBtrfs();
    try (var progress = Screen.fetching(commandLine);
        var reading = open(progress)) {
      var options =
          new RestoreOptions(
              selection.selection(reading, commandLine),
              SourceArgument.id(source, btrfs),
              keepChain,
              writable,
              precautions.precautions(reading.reader().signerIds()));
      var telling = new RestoreTelling(commandLine);
      var restore =
          new Restore(btrfs, reading.store(), reading.reader(), target.toAbsolutePath(), telling);
      if (dryRun) {
        var plan = restore.plan(options);
        show(plan, btrfs.freeBytes(target), reading);
        return (plan.unrestorable().isEmpty() ? ExitCode.DONE : ExitCode.PARTLY_DONE).value();
      }
      var frozen = ThawOptions.of(thaw, reading.store(), commandLine.getErr());
      return report(restore.run(options, frozen), target, reading, telling).value();
    }
  }

  private ExitCode stream(String to)
      throws ConfigException,
          IOException,
          RestoreException,
          UnknownBackupException,
          InterruptedException {
    var commandLine = spec.commandLine();
    if (keepChain || writable != null || precautions.areGiven()) {
      throw new ParameterException(
          commandLine,
          "--stream-to receives nothing: --keep-chain, --writable, --trust, --ignore-space and"
              + " --verify-first do not go with it");
    }
    var streamTo = new StreamTo(commandLine, to, dryRun, json, thaw);
    streamTo.requirePossible();
    try (var progress = Screen.fetching(commandLine);
        var reading = open(progress)) {
      return streamTo.run(
          reading,
          selection.selection(reading, commandLine),
          SourceArgument.id(source, new KernelBtrfs()));
    }
  }

  private Reading open(FetchProgress progress) throws ConfigException, IOException {
    return from.open(store -> new MeteredStore(store, progress));
  }

  /**
   * @throws RestoreException if no subvolume can be in the directory
   */
  private static void requireBtrfs(Path target) throws RestoreException {
    String type;
    try {
      type = Files.getFileStore(target).type();
    } catch (IOException _) {
      return; // Where mounts cannot be read, the first look at the target fails if need be.
    }
    if (!type.equals("btrfs")) {
      throw new RestoreException(
          "cannot restore to %s: it lies on %s, and subvolumes can only be on btrfs; name a directory"
              .concat(" on btrfs, or write the stream of a backup to a file with --stream-to")
              .formatted(target, type));
    }
  }

  private void show(RestorePlan plan, long free, Reading reading)
      throws IOException, InterruptedException {
    var out = spec.commandLine().getOut();
    var cold = ThawOptions.look(reading.store(), plan);
    if (json) {
      var document = document(reading);
      RestoreJson.write(plan, free, document.root());
      RestoreJson.write(cold, document.root());
      out.println(document.text());
    } else {
      RestoreText.of(plan, free).forEach(out::println);
      ThawText.of(cold).ifPresent(out::println);
    }
  }

  private JsonDocument document(Reading reading) {
    var document = new JsonDocument("restore");
    document.root().put("dry_run", dryRun).put("remote", reading.id());
    return document;
  }

  private ExitCode report(
      RestoreReport report, Path target, Reading reading, RestoreTelling telling) {
    var commandLine = spec.commandLine();
    if (json) {
      var document = document(reading);
      RestoreJson.write(report, target.toAbsolutePath(), document.root());
      commandLine.getOut().println(document.text());
    } else {
      for (var restored : report.restored()) {
        commandLine.getOut().println("restored " + target.resolve(restored.finalName()));
      }
    }
    if (!json && report.writable() != null) {
      commandLine.getOut().println("writable " + target.resolve(report.writable()));
    }
    telling.end(report);
    List<ExitCode> parts = new ArrayList<>();
    report.restored().forEach(_ -> parts.add(ExitCode.DONE));
    report.there().forEach(_ -> parts.add(ExitCode.DONE));
    report.failures().forEach(failure -> parts.add(exitCode(failure)));
    return ExitCode.combine(parts, !report.restored().isEmpty());
  }

  private static ExitCode exitCode(Failure failure) {
    return failure.kind() == Failure.Kind.REMOTE_AWAY
        ? ExitCode.REMOTE_UNAVAILABLE
        : ExitCode.FAILED;
  }

  /** Where what is restored goes; exactly one of these is given. */
  static final class PlaceOptions {

    @Option(
        names = "--to",
        paramLabel = "DIR",
        description = "Where the restored subvolumes go: a directory on btrfs.")
    private @Nullable Path directory;

    @Option(
        names = "--stream-to",
        paramLabel = "FILE",
        description =
            "Write the decoded send stream of one backup to a new file, or with - to standard "
                + "output, instead of receiving it. Needs neither root nor btrfs. Its last command "
                + "is written only after everything was verified.")
    private @Nullable String stream;
  }

  /** Which backups; exactly one of these is given. */
  static final class SelectionOptions {

    @Option(names = "--latest", description = "The newest backup of each source.")
    private boolean latest;

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description =
            "The newest backup of each source that is not after a time: ISO 8601, without an offset"
                + " in the configured time zone.")
    private @Nullable String at;

    @Option(
        names = "--snapshot",
        paramLabel = "UUID",
        description =
            "The backup of a snapshot: its UUID, or at least 4 characters of the beginning; list "
                + "shows them.",
        converter = BackupArgument.Converter.class)
    private @Nullable BackupArgument snapshot;

    @Option(names = "--all", description = "Every backup.")
    private boolean all;

    Selection selection(Reading reading, CommandLine commandLine)
        throws IOException, UnknownBackupException, InterruptedException {
      if (at != null) {
        return new Selection.At(TimeArgument.parse(at, reading.zone(), commandLine));
      }
      if (snapshot != null) {
        return new Selection.Snapshot(StoredUuids.choose(snapshot, reading.store(), reading.id()));
      }
      if (all) {
        return new Selection.All();
      }
      if (latest) {
        return new Selection.Latest();
      }
      throw new IllegalStateException("no selection, although one is required");
    }
  }
}
