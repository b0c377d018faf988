package org.btrfs2s3.core.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/**
 * A pattern for whole paths: {@code *} is any text without a slash, {@code ?} one character but a
 * slash, {@code **} any text, {@code **}{@code /} any directories or none; a backslash takes the
 * meaning from what follows. The pattern is UTF-8; names that are not are matched byte by byte.
 */
public final class PathGlob {

  /** A character of UTF-8, or any other byte. */
  private static final String ONE =
      "(?>[\\x00-\\x7f&&[^/]]|[\\xc2-\\xdf][\\x80-\\xbf]|[\\xe0-\\xef][\\x80-\\xbf]{2}"
          + "|[\\xf0-\\xf4][\\x80-\\xbf]{3}|[\\x80-\\xff])";

  private final Pattern pattern;

  /**
   * @param glob relative to the subvolume; a slash before it is ignored
   */
  public PathGlob(String glob) {
    var bytes = new String(glob.getBytes(UTF_8), ISO_8859_1);
    this.pattern = Pattern.compile(regex(bytes.replaceFirst("^/+", "")), Pattern.DOTALL);
  }

  public boolean matches(RawPath path) {
    return pattern.matcher(path.latin1()).matches();
  }

  private static String regex(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      if (glob.startsWith("**/", i) && (i == 0 || glob.charAt(i - 1) == '/')) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else {
        i += appendCharacter(glob, i, regex);
      }
    }
    return regex.toString();
  }

  /** Returns how many characters more than one it took. */
  private static int appendCharacter(String glob, int at, StringBuilder regex) {
    char character = glob.charAt(at);
    switch (character) {
      case '*' -> regex.append("[^/]*");
      case '?' -> regex.append(ONE);
      case '\\' -> {
        boolean isLast = at + 1 == glob.length();
        regex.append(Pattern.quote(isLast ? "\\" : glob.substring(at + 1, at + 2)));
        return isLast ? 0 : 1;
      }
      default -> regex.append(Pattern.quote(String.valueOf(character)));
    }
    return 0;
  }
}
