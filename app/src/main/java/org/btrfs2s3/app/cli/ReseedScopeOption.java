package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.reseed.ReseedScope;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
          "latest: the newest backup of each source; chain UUID: that backup (at least 4 characters "
              + "of the beginning are enough); since TIME: those of snapshots made then or later (ISO "
              + "8601, without an offset in the configured time zone). Always with their chains.")
  private List<String> words = new ArrayList<>();

  /** Finds the backup of which the beginning of the UUID was given. */
  @FunctionalInterface
  interface Backups {
    UUID choose(BackupArgument named)
        throws IOException, UnknownBackupException, InterruptedException;
  }

  /** What is wanted, before it is known which backups there are. */
  @FunctionalInterface
  interface Wish {
    ReseedScope among(Backups backups)
        throws IOException, UnknownBackupException, InterruptedException;
  }

  /**
   * What is wanted; everything, if nothing is said.
   *
   * @param zone for a time without an offset
   */
  Wish wish(ZoneId zone) {
    if (words.isEmpty()) {
      return _ -> new ReseedScope.All();
    }
    var kind = words.getFirst();
    if (words.size() == 1 && kind.equals("latest")) {
      return _ -> new ReseedScope.Latest();
    }
    if (words.size() == 2 && kind.equals("chain")) {
      var named = named(words.getLast());
      return backups -> new ReseedScope.ChainOf(backups.choose(named));
    }
    if (words.size() == 2 && kind.equals("since")) {
      var since =
          new ReseedScope.Since(TimeArgument.parse(words.getLast(), zone, spec.commandLine()));
      return _ -> since;
    }
    throw wrong("--only takes latest, chain UUID or since TIME, not: " + String.join(" ", words));
  }

  private BackupArgument named(String text) {
    try {
      return new BackupArgument.Converter().convert(text);
    } catch (TypeConversionException e) {
      throw wrong("--only chain: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
