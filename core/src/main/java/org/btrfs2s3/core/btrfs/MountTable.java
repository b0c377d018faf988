package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.btrfs2s3.core.linux.Directory;

/** What is mounted where, and which files loop devices stand for, as the kernel tells it. */
final class MountTable {

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path DEVICES = Path.of("/sys/block");

  /**
   * proc_pid_mountinfo(5): id; device; mount point; options; any number of optional fields; type,
   * source.
   */
  private static final Pattern LINE =
      Pattern.compile("(\\d+) \\S+ (\\S+) \\S+ (\\S+) (\\S+) (?:\\S+ )*?- (\\S+) (\\S+) .*");

  /** Blanks, line ends and backslashes of paths. */
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private MountTable() {}

  /**
   * Something mounted.
   *
   * @param id what the kernel calls it
   * @param device number of the file system: one for all of a btrfs, unlike those of its files
   * @param point where
   * @param options of this mount, not of the file system, such as {@code nodev}
   * @param source such as {@code /dev/loop0}
   */
  record Entry(
      int id, String device, String point, Set<String> options, String type, String source) {}

  /** What a directory is reached through, whatever is mounted over what. */
  static Entry of(Path path) throws IOException {
    try (var directory = Directory.open(path)) {
      int id = directory.mountId();
      return all().stream()
          .filter(entry -> entry.id() == id)
          .findFirst()
          .orElseThrow(() -> new IOException("the mount of " + path + " is not in " + MOUNTS));
    }
  }

  /** What is mounted on a directory or below it. */
  static List<Entry> below(Path directory) throws IOException {
    return all().stream()
        .filter(
            entry ->
                entry.point().equals(directory.toString())
                    || entry.point().startsWith(directory + "/"))
        .toList();
  }

  private static List<Entry> all() throws IOException {
    List<Entry> found = new ArrayList<>();
    // Others' paths need not be UTF-8.
    for (var line : Files.readString(MOUNTS, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      var fields = LINE.matcher(line);
      if (fields.matches()) {
        found.add(
            new Entry(
                Integer.parseInt(fields.group(1)),
                fields.group(2),
                unescaped(fields.group(3)),
                Set.of(fields.group(4).split(",", -1)),
                fields.group(5),
                fields.group(6)));
      }
    }
    return found;
  }

  /** The loop devices that stand for a file, such as {@code /dev/loop0}. */
  static List<String> loopDevices(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    try (var devices = Files.newDirectoryStream(DEVICES, "loop*")) {
      for (var device : devices) {
        if (file.toString().equals(backingFile(device))) {
          found.add("/dev/" + device.getFileName());
        }
      }
    }
    return found;
  }

  /** An empty string if it stands for nothing, or does no longer. */
  private static String backingFile(Path device) {
    try {
      return Files.readString(device.resolve("loop/backing_file")).stripTrailing();
    } catch (IOException _) {
      return "";
    }
  }

  private static String unescaped(String path) {
    var bytes =
        OCTAL
            .matcher(path)
            .replaceAll(
                escape ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(escape.group(1), 8))))
            .getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
