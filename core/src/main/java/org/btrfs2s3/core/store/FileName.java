package org.btrfs2s3.core.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How keys are spelled as names of files: as they are. File systems that Windows knows (vfat,
 * exfat, ntfs) refuse some characters, the colon of our times among them. There each refused
 * character is written as percent sign and two upper-case hex digits, and so is each percent sign.
 *
 * <p>Which key a name stands for does not depend on the file system, so that a directory may be
 * copied from one to another. A name is read as an escaped key if it is exactly what the escape
 * makes of a key that needs it, else as itself; a key that would be misread (such as {@code a%3Ab})
 * needs the escape everywhere. So no two keys share a name, and every name has one key.
 */
final class FileName {

  /** NAME_MAX of every Linux file system in use. */
  static final int MAX_BYTES = 255;

  /** Holds the remote's own files, and so is no name of an object. */
  private static final Set<String> RESERVED =
      Set.of(".", "..", DirectoryStore.MARKER, StagingDirectory.PARENT, Sidecar.DIRECTORY);

  // Linux' vfat and exfat refuse these, and drop dots at the end; Windows drops spaces, too.
  private static final Pattern REFUSED = Pattern.compile("[\\x01-\\x1f\"*:<>?\\\\|\\x7f]|[. ]\\z");
  private static final Pattern ESCAPABLE = Pattern.compile(REFUSED.pattern() + "|%");
  private static final Pattern ESCAPE = Pattern.compile("%([0-7][0-9A-F])");

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FileName() {}

  /** The key that a file's name stands for. */
  static ObjectKey keyOf(String name) {
    return new ObjectKey(decoded(name));
  }

  /**
   * Every name under which an object of this key may be found, the one that is the key itself first
   * (if it is one of them); none if no file can have the key.
   */
  static List<String> namesOf(ObjectKey key) {
    return Stream.of(plain(key), escaped(key)).distinct().filter(FileName::isPossible).toList();
  }

  /** The name where every character is allowed. */
  static String plain(ObjectKey key) {
    return isMisread(key.value()) ? escape(key.value()) : key.value();
  }

  /** The name where some characters are refused. */
  static String escaped(ObjectKey key) {
    return needsEscape(key.value()) ? escape(key.value()) : key.value();
  }

  /** Whether a file may have the name, and it is not one of the remote's own. */
  static boolean isPossible(String name) {
    return name.indexOf('/') < 0
        && name.indexOf('\0') < 0
        && !RESERVED.contains(name)
        && UTF_8.newEncoder().canEncode(name)
        && name.getBytes(UTF_8).length <= MAX_BYTES;
  }

  private static String decoded(String name) {
    var key = ESCAPE.matcher(name).replaceAll(match -> unescaped(match.group(1)));
    return !key.equals(name) && needsEscape(key) && escape(key).equals(name) ? key : name;
  }

  private static boolean needsEscape(String key) {
    return REFUSED.matcher(key).find() || isMisread(key);
  }

  private static boolean isMisread(String key) {
    return !decoded(key).equals(key);
  }

  private static String escape(String key) {
    return ESCAPABLE
        .matcher(key)
        .replaceAll(match -> "%" + HEX.toHexDigits((byte) match.group().charAt(0)));
  }

  private static String unescaped(String hex) {
    return Matcher.quoteReplacement(String.valueOf((char) HexFormat.fromHexDigits(hex)));
  }
}
