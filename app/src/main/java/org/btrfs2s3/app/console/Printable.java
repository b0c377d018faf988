package org.btrfs2s3.app.console;

/**
 * Text for a terminal, or a file that somebody looks at in one. Whoever can write to a bucket
 * chooses the names in it: none of them must move the cursor, change colours or forge a line.
 */
public final class Printable {

  private Printable() {}

  /** One line: what does not show, line breaks included, becomes visible as {@code \\u001b}. */
  public static String line(String text) {
    var printable = new StringBuilder(text.length());
    text.codePoints().forEach(character -> append(character, printable));
    return printable.toString();
  }

  /** Perhaps several lines, which stay, as do the indents of stack traces, which are tabs. */
  public static String text(String text) {
    return String.join("\n", text.replace("\t", "  ").lines().map(Printable::line).toList());
  }

  private static void append(int character, StringBuilder to) {
    if (shows(character)) {
      to.appendCodePoint(character);
    } else {
      to.append("\\u%04x".formatted(character));
    }
  }

  /** Of the characters that do not, those of type FORMAT reverse the direction of writing. */
  private static boolean shows(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
