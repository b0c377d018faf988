package org.btrfs2s3.core.btrfs;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of {@code btrfs send}. Its paths must be text in the JVM's encoding. */
final class SendCommand {

  private SendCommand() {}

  /**
   * The last argument is the path of the snapshot.
   *
   * @throws BtrfsException if a name is no such text, or the tool lacks the mode
   */
  static List<String> of(Path directory, EntryName name, @Nullable EntryName parent, SendMode mode)
      throws BtrfsException {
    List<String> command = new ArrayList<>(List.of("btrfs", "send"));
    command.addAll(options(mode));
    if (parent != null) {
      command.addAll(List.of("-p", argument(directory, parent)));
    }
    command.add(argument(directory, name));
    return command;
  }

  private static List<String> options(SendMode mode) throws BtrfsException {
    return switch (mode) {
      case DATA -> List.of();
      case NO_DATA -> List.of("--no-data");
      case COMPRESSED_DATA -> {
        new CompressedSend().requireSupport();
        yield List.of("--proto", "2", "--compressed-data");
      }
    };
  }

  /** A path for the command line of the tool: absolute, so that no name can be an option. */
  private static String argument(Path directory, EntryName name) throws BtrfsException {
    try {
      Path path = directory.toAbsolutePath().resolve(name.toString());
      if (EntryName.of(name.toString()).equals(name)) {
        return path.toString();
      }
      throw notText(directory, name, null);
    } catch (InvalidPathException e) {
      throw notText(directory, name, e);
    }
  }

  private static BtrfsException notText(
      Path directory, EntryName name, @Nullable InvalidPathException cause) {
    return new BtrfsException(
        "cannot send "
            + directory
            + "/"
            + name
            + ": its name is not UTF-8, or the locale's encoding is not (set LC_ALL=C.UTF-8)",
        "",
        cause);
  }
}
