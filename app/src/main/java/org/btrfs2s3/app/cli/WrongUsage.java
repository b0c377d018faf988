package org.btrfs2s3.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.app.console.Printable;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line: in the whole help it would be lost. */
final class WrongUsage implements IParameterExceptionHandler {

  private static final int MOST_SUGGESTED = 3;

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    var commandLine = wrong.getCommandLine();
    var name = commandLine.getCommandSpec().qualifiedName();
    commandLine
        .getErr()
        .println(
            Printable.line(
                "%s: %s%s; see %s --help"
                    .formatted(name, oneLine(wrong), suggestion(wrong), name)));
    return ExitCode.USAGE.value();
  }

  private static String oneLine(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      return "unexpected '%s'".formatted(String.join("', '", unmatched.getUnmatched()));
    }
    return String.valueOf(wrong.getMessage())
        .replaceFirst("^Error: ", "")
        .lines()
        .map(String::strip)
        .collect(Collectors.joining(" "));
  }

  private static String suggestion(ParameterException wrong) {
    List<String> similar =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return similar.isEmpty()
        ? ""
        : similar.stream()
            .limit(MOST_SUGGESTED)
            .collect(Collectors.joining(", ", "; similar: ", ""));
  }
}
