package org.btrfs2s3.app.config;

import java.nio.charset.StandardCharsets;

/** The rules for the first part of the names of snapshots and backups. */
final class BaseName {

  /**
   * The key of a backup, which is a file name of at most 255 bytes in a directory, has up to 223
   * bytes after the base.
   */
  static final int MAX_BYTES_IN_KEY = 32;

  /**
   * The name of a snapshot, of at most 255 bytes, has up to 56 after the base: time 25, ctransid
   * 20, eight digits of the UUID, three dots.
   */
  static final int MAX_BYTES_IN_SNAPSHOT = 199;

  private BaseName() {}

  /** Whether names can be made of it at all: a file name, printable, not only dots. */
  static boolean isUsable(String base) {
    return !base.matches("\\.*")
        && base.indexOf('/') < 0
        && base.codePoints().noneMatch(Character::isISOControl);
  }

  static int bytes(String base) {
    return base.getBytes(StandardCharsets.UTF_8).length;
  }
}
