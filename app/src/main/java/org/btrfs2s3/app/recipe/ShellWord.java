package org.btrfs2s3.app.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.app.console.Printable;

/** Words for bash that stay one word, and mean nothing else, whatever is in them. */
final class ShellWord {

  private ShellWord() {}

  /**
   * Quotes a word. What does not show on a terminal, line breaks included, is given by the bytes of
   * its UTF-8, so that the word takes one line and can be looked at.
   *
   * @throws IllegalArgumentException for what no word can hold
   */
  static String of(String text) {
    if (text.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "no command can be given the name " + Printable.line(text));
    }
    if (text.matches("[A-Za-z0-9_./@%-]+")) {
      return text;
    }
    return text.codePoints().allMatch(ShellWord::shows)
        ? "'" + text.replace("'", "'\\''") + "'"
        : "$'" + text.codePoints().mapToObj(ShellWord::escaped).collect(Collectors.joining()) + "'";
  }

  /** A command with its arguments. */
  static String command(List<String> words) {
    return words.stream().map(ShellWord::of).collect(Collectors.joining(" "));
  }

  private static boolean shows(int character) {
    var text = Character.toString(character);
    return Printable.line(text).equals(text);
  }

  private static String escaped(int character) {
    var text = Character.toString(character);
    if (character == '\'' || character == '\\') {
      return "\\" + text;
    }
    if (shows(character)) {
      return text;
    }
    // Three octal digits each: no digit that follows can be mistaken for a part of them.
    var bytes = new StringBuilder();
    for (byte part : text.getBytes(UTF_8)) {
      bytes.append("\\%03o".formatted(part & 0xff));
    }
    return bytes.toString();
  }
}
