package org.btrfs2s3.core.backup;

import java.math.BigInteger;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Integers as Python's {@code int(text, radix)} reads them, because what the Python tool can read
 * must be readable here: white space around, a sign, single underscores between digits, and the
 * decimal digits of every script.
 */
final class Numeral {

  /** Python refuses longer decimal numbers, whose conversion takes quadratic time. */
  private static final int MAX_DIGITS = 4300;

  private Numeral() {}

  /** The number, or null if the text is none. */
  static @Nullable BigInteger parse(String text, int radix) {
    String spaced = map(asciiDigits(text), c -> isSpace(c) ? ' ' : c);
    String ascii = spaced.replaceAll("^ +| +$", "");
    boolean negative = ascii.startsWith("-");
    String digits = ascii.substring(negative || ascii.startsWith("+") ? 1 : 0);
    if (radix == 16 && (digits.startsWith("0x") || digits.startsWith("0X"))) {
      digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
    }
    if (digits.startsWith("_") || digits.endsWith("_") || digits.contains("__")) {
      return null;
    }
    digits = digits.replace("_", "");
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || !isNumber(digits, radix)) {
      return null;
    }
    var magnitude = new BigInteger(digits, radix);
    return negative ? magnitude.negate() : magnitude;
  }

  /** The text with the decimal digits of all scripts replaced by those of ASCII. */
  static String asciiDigits(String text) {
    return map(
        text,
        c ->
            Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
                ? '0' + Character.digit(c, 10)
                : c);
  }

  private static boolean isNumber(String digits, int radix) {
    // Character.digit alone would let the full-width letters A to F through.
    return digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
  }

  private static boolean isSpace(int codePoint) {
    // Where the languages differ: 0x1c to 0x1f are spaces to Java only, NEXT LINE to Python only.
    return codePoint < 0x80
        ? codePoint == ' ' || (codePoint >= '\t' && codePoint <= '\r')
        : Character.isWhitespace(codePoint)
            || Character.isSpaceChar(codePoint)
            || codePoint == 0x85;
  }

  private static String map(String text, IntUnaryOperator codePoints) {
    return text.codePoints()
        .map(codePoints)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
