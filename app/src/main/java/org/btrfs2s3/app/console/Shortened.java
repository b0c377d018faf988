package org.btrfs2s3.app.console;

/**
 * Text that fits into so many columns of a terminal. What is too long loses its middle: names begin
 * with what they are of, and end with the time or the remote that tells them apart.
 */
final class Shortened {

  private static final String GAP = "..";

  /** From here on there are scripts of which a character takes two columns. */
  private static final int FIRST_WIDE = 0x1100;

  private Shortened() {}

  static String to(int columns, String text) {
    if (width(text) <= columns) {
      return text;
    }
    int[] characters = text.codePoints().toArray();
    int room = Math.max(0, columns - GAP.length());
    int head = fitting(characters, 0, 1, room / 3);
    int tail = fitting(characters, characters.length - 1, -1, room - room / 3);
    var shortened =
        new String(characters, 0, head)
            + GAP
            + new String(characters, characters.length - tail, tail);
    return columns < GAP.length() ? GAP.substring(0, columns) : shortened;
  }

  /** How many columns a text takes, or more: not every character of those scripts is wide. */
  static int width(String text) {
    return text.codePoints().map(Shortened::width).sum();
  }

  private static int width(int character) {
    return character < FIRST_WIDE ? 1 : 2;
  }

  /** How many characters fit, beginning with one and going on by steps. */
  private static int fitting(int[] characters, int first, int step, int columns) {
    int count = 0;
    int used = 0;
    for (int i = first; i >= 0 && i < characters.length; i += step) {
      used += width(characters[i]);
      if (used > columns) {
        break;
      }
      count++;
    }
    return count;
  }
}
