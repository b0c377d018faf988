package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import org.btrfs2s3.app.console.PrintableStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The program. */
@Command(
    name = "btrfs2s3",
    description = "Keeps a tree of differential btrfs backups in object storage.",
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 check-config --create-remotes   # first",
      "  btrfs2s3 update                          # makes backups",
      "  btrfs2s3 restore --remote cloud --latest --to /mnt/new"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpdateCommand.class,
      ListCommand.class,
      FilesCommand.class,
      ExplainCommand.class,
      RestoreCommand.class,
      VerifyCommand.class,
      RecipeCommand.class,
      GcCommand.class,
      AbandonCommand.class,
      RepairCommand.class,
      ReseedCommand.class,
      CheckConfig.class
    })
public final class Main {

  @Mixin private final GlobalOptions options = new GlobalOptions();
  private final Screen screen;

  private Main(Screen screen) {
    this.screen = screen;
  }

  public static void main(String[] arguments) {
    var interruption = Interruption.ofThisThread();
    var out = TextOutput.takeOver();
    int exitCode;
    try {
      var commandLine = commandLine(Screen.takeOver());
      // From now on this is the log's.
      System.setErr(new PrintableStream(System.err));
      int ofCommand = commandLine.execute(arguments);
      System.out.flush();
      exitCode = out.exitCode(ofCommand, System.err);
    } finally {
      interruption.end();
    }
    System.exit(exitCode);
  }

  /** For a program that is no process of its own: what it shows are lines. */
  public static CommandLine commandLine() {
    return commandLine(Screen.plain());
  }

  /** Writes to the process' own output and error streams, unless told otherwise. */
  static CommandLine commandLine(Screen screen) {
    var commandLine = new CommandLine(new Main(screen));
    commandLine.setOut(new PrintWriter(System.out, true, System.out.charset()));
    commandLine.setErr(new PrintWriter(System.err, true, System.err.charset()));
    commandLine.setExecutionStrategy(Main::run);
    commandLine.setExecutionExceptionHandler(new Failures());
    commandLine.setParameterExceptionHandler(new WrongUsage());
    HelpPages.complete(commandLine);
    commandLine.getCommandSpec().exitCodeOnUsageHelp(ExitCode.DONE.value());
    commandLine.getCommandSpec().exitCodeOnInvalidInput(ExitCode.USAGE.value());
    return commandLine;
  }

  GlobalOptions options() {
    return options;
  }

  Screen screen() {
    return screen;
  }

  private static int run(ParseResult parsed) {
    Log.configure(GlobalOptions.of(parsed.commandSpec().commandLine()).verbose());
    return new RunLast().execute(parsed);
  }
}
