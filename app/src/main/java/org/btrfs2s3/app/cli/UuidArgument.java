package org.btrfs2s3.app.cli;

/** UUIDs on the command line, in their whole length. */
final class UuidArgument {

  private UuidArgument() {}

  static boolean isOne(String text) {
    return text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  }
}
