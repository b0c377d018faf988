package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.FetchProgress;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.VerifyJson;
import org.btrfs2s3.app.console.VerifyText;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.store.MeteredStore;
import org.btrfs2s3.core.verify.Level;
import org.btrfs2s3.core.verify.Sample;
import org.btrfs2s3.core.verify.Verify;
import org.btrfs2s3.core.verify.VerifyEvent;
import org.btrfs2s3.core.verify.VerifyOptions;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Checks what a remote holds. */
@Command(
    name = "verify",
    description = {
      "Checks the backups of a remote, and changes nothing there.",
      "Ends with 1 if a backup cannot be restored; with 3, or 10 if none could be looked at, if"
          + " something could not be checked, such as a source of which there is no backup."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 verify --remote cloud",
      "  btrfs2s3 verify --remote cloud --level data --sample 1/7 --identity key.asc",
      "  btrfs2s3 verify --remote cloud --level restore --scratch /var/tmp",
      "      --sample 10%% --identity key.asc"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class VerifyCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Mixin private final ReadingOptions from = new ReadingOptions();

  @Option(
      names = "--source",
      paramLabel = "PATH-or-UUID",
      description = "Only backups of this source; every one on the remote if absent.")
  private @Nullable String source;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      defaultValue = "listing",
      converter = LevelArgument.class,
      description =
          "How closely to look. listing (if absent): chains, sizes, metadata, commit objects. data:"
              + " also fetch, decode and verify everything. restore: instead of that, receive it"
              + " into a scratch file system and compare it with the local snapshot; as root.")
  @SuppressWarnings("NullAway.Init") // has a default
  private Level level;

  @Option(
      names = "--sample",
      paramLabel = "PART",
      converter = SampleArgument.class,
      description =
          "Look closely at a part of the backups only: 10%%, 1/7, or about so many stored bytes,"
              + " 5GiB, on the average. It is another part each day, so that all have their turn; a share of"
              + " few backups may be none on some days.")
  private @Nullable Sample sample;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Where the scratch file system goes, for --level restore: a sparse file, mounted and"
              + " deleted again. What is restored lies there unencrypted meanwhile. What a run that"
              + " was killed left there is removed, too.")
  private @Nullable Path scratch;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    var commandLine = spec.commandLine();
    requireScratch();
    if (level == Level.LISTING && from.demandSignature()) {
      throw wrong(
          "--require-signature-by needs --level data or restore: listing reads no signature");
    }
    VerifyReport report;
    // Ended before the report is printed, perhaps to the same terminal.
    try (var progress = Screen.fetching(commandLine);
        var reading = from.open(store -> new MeteredStore(store, progress))) {
      report = verify(reading, progress);
    }
    print(report);
    return exitCode(report).value();
  }

  private VerifyReport verify(Reading reading, FetchProgress progress)
      throws IOException, InterruptedException {
    Btrfs btrfs = new KernelBtrfs();
    var today = LocalDate.ofInstant(InstantSource.system().instant(), reading.zone());
    var options =
        new VerifyOptions(
            level,
            sample == null ? new Sample.All() : sample,
            today,
            SourceArgument.id(source, btrfs),
            scratch == null ? null : scratch.toAbsolutePath(),
            reading.uploaded());
    return new Verify(
            reading.id(),
            reading.store(),
            reading.reader(),
            btrfs,
            reading.sources(),
            event -> tell(event, progress))
        .run(options);
  }

  private void tell(VerifyEvent event, FetchProgress progress) {
    if (event instanceof VerifyEvent.Reading all) {
      progress.expect(all.storedBytes());
    }
    VerifyText.of(event).ifPresent(spec.commandLine().getErr()::println);
  }

  private void requireScratch() {
    if (level == Level.RESTORE && scratch == null) {
      throw wrong("--level restore needs --scratch DIR: room for what it restores");
    }
    if (level != Level.RESTORE && scratch != null) {
      throw wrong("--scratch is for --level restore: no other level restores anything");
    }
    if (scratch != null && !Files.isDirectory(scratch)) {
      throw wrong("--scratch " + scratch + ": there is no such directory");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(VerifyReport report) {
    var out = spec.commandLine().getOut();
    if (json) {
      var document = new JsonDocument("verify");
      VerifyJson.write(report, document.root());
      out.println(document.text());
    } else {
      VerifyText.of(report).forEach(out::println);
    }
  }

  static ExitCode exitCode(VerifyReport report) {
    if (report.hasDamage()) {
      return ExitCode.FAILED;
    }
    if (report.notChecked().isEmpty()) {
      return ExitCode.DONE;
    }
    return report.checked().isEmpty() ? ExitCode.REMOTE_UNAVAILABLE : ExitCode.PARTLY_DONE;
  }

  /** Levels in lower case. */
  static final class LevelArgument implements ITypeConverter<Level> {

    @Override
    public Level convert(String text) {
      for (var candidate : Level.values()) {
        if (candidate.name().toLowerCase(Locale.ROOT).equals(text)) {
          return candidate;
        }
      }
      throw new TypeConversionException("not listing, data or restore: '" + text + "'");
    }
  }
}
