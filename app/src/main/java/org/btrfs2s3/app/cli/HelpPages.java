package org.btrfs2s3.app.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/** What the help of every command has in common: where examples are, and what exit codes mean. */
final class HelpPages {

  /** Above the footer of a command. */
  static final String EXAMPLES = "%nExamples:%n";

  private HelpPages() {}

  /** Adds the exit codes to the help of the program and of all of its commands. */
  static void complete(CommandLine program) {
    addExitCodes(program);
    program.getSubcommands().values().forEach(HelpPages::addExitCodes);
  }

  private static void addExitCodes(CommandLine commandLine) {
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes of all commands:%n")
        .exitCodeList(exitCodes());
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      meanings.put(String.valueOf(code.value()), meaning(code));
    }
    return meanings;
  }

  private static String meaning(ExitCode code) {
    return switch (code) {
      case DONE -> "Done, or nothing to do.";
      case FAILED -> "Failed.";
      case USAGE -> "Wrong usage.";
      case PARTLY_DONE -> "Partly done: some parts failed, or a backup is broken.";
      case CONFIG_INVALID -> "The configuration is invalid.";
      case NOT_YET -> "Not yet: a thaw is under way; run the same command again.";
      case REMOTE_UNAVAILABLE -> "A remote cannot be reached, or denies access.";
      case LOCKED -> "Another run holds the lock.";
      case PLAN_REFUSED -> "Not confirmed, or a guard withheld deletions.";
      case INTERRUPTED -> "Interrupted by SIGINT.";
      case TERMINATED -> "Interrupted by SIGTERM.";
    };
  }
}
