package org.btrfs2s3.app.config;

/** Text from the file within a message. */
final class Quoted {

  /** Enough to recognise a value by. */
  private static final int MAX_CODE_POINTS = 80;

  private Quoted() {}

  /** In quotes, shortened if long. */
  static String of(String text) {
    if (text.codePointCount(0, text.length()) <= MAX_CODE_POINTS) {
      return "'" + text + "'";
    }
    return "'" + text.substring(0, text.offsetByCodePoints(0, MAX_CODE_POINTS)) + "…'";
  }
}
