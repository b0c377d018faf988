package org.btrfs2s3.app.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A snapshot, or its backup, on the command line: its UUID, or as much of its beginning as tells it
 * from others.
 */
final class BackupArgument {

  private static final int SHORTEST = 4;
  private static final int MOST_SHOWN = 5;

  private final String beginning;

  private BackupArgument(String beginning) {
    this.beginning = beginning;
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<BackupArgument> {

    @Override
    public BackupArgument convert(String text) {
      if (!text.matches("[\\p{XDigit}-]{" + SHORTEST + ",36}")) {
        throw new TypeConversionException(
            "neither a UUID, such as the ones that list shows, nor at least %d characters of its beginning: '%s'"
                .formatted(SHORTEST, text));
      }
      return new BackupArgument(text.toLowerCase(Locale.ROOT));
    }
  }

  /** Its UUID, if it was given as a whole. */
  Optional<UUID> whole() {
    return UuidArgument.isOne(beginning)
        ? Optional.of(UUID.fromString(beginning))
        : Optional.empty();
  }

  /**
   * The one that is meant.
   *
   * @param where they are, for messages
   */
  UUID choose(Collection<UUID> known, String where) throws UnknownBackupException {
    var fitting =
        known.stream().filter(uuid -> uuid.toString().startsWith(beginning)).distinct().toList();
    if (fitting.isEmpty()) {
      throw new UnknownBackupException(
          "no UUID on %s begins with '%s'; list shows the ones that there are"
              .formatted(where, beginning));
    }
    if (fitting.size() > 1) {
      var some =
          fitting.stream().limit(MOST_SHOWN).map(UUID::toString).collect(Collectors.joining(", "));
      throw new UnknownBackupException(
          "%d UUIDs on %s begin with '%s', give more of the one that you mean: %s%s"
              .formatted(
                  fitting.size(),
                  where,
                  beginning,
                  some,
                  fitting.size() > MOST_SHOWN ? ", ..." : ""));
    }
    return fitting.getFirst();
  }
}
