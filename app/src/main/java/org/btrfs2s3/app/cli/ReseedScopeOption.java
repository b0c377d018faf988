package org.btrfs2s3.app.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.reseed.ReseedScope;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --only latest|chain UUID|since TIME}. */
final class ReseedScopeOption {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--only",
      arity = "1..2",
      paramLabel = "WHAT",
      description =
          "latest: the newest backup of each source; chain UUID: that backup; since TIME: those of "
              + "snapshots made then or later (ISO 8601, without an offset in the configured time "
              + "zone). Always with their chains.")
  private List<String> words = new ArrayList<>();

  /**
   * What is wanted; everything, if nothing is said.
   *
   * @param zone for a time without an offset
   */
  ReseedScope scope(ZoneId zone) {
    if (words.isEmpty()) {
      return new ReseedScope.All();
    }
    var kind = words.getFirst();
    if (words.size() == 1 && kind.equals("latest")) {
      return new ReseedScope.Latest();
    }
    if (words.size() == 2 && kind.equals("chain") && UuidArgument.isOne(words.getLast())) {
      return new ReseedScope.ChainOf(UUID.fromString(words.getLast()));
    }
    if (words.size() == 2 && kind.equals("since")) {
      return new ReseedScope.Since(TimeArgument.parse(words.getLast(), zone, spec.commandLine()));
    }
    throw new ParameterException(
        spec.commandLine(),
        "--only takes latest, chain UUID or since TIME, not: " + String.join(" ", words));
  }
}
