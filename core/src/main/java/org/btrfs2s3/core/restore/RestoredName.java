package org.btrfs2s3.core.restore;

import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.btrfs2s3.core.backup.BackupLabel;

/** The name that a restored subvolume gets. */
final class RestoredName {

  /** NAME_MAX of Linux, in bytes. */
  private static final int MAX_NAME_BYTES = 255;

  /** Room for {@code .<8 of uuid>}, which tells equal names apart. */
  private static final int DISTINCTION_BYTES = 9;

  /** {@code xxx} writes an offset of zero as +00:00, as keys do. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

  /** What splits paths, drives terminals (C1 too), breaks lines, or turns what is shown around. */
  private static final Pattern UNSAFE =
      Pattern.compile(
          "[/\\p{Cc}\\p{Zl}\\p{Zp}\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

  private RestoredName() {}

  /** {@code <base>.<ISO time>.<ctransid>}, the time with the key's own offset. */
  static String of(BackupLabel label) {
    var identity = label.identity();
    var tail =
        "." + TIME.format(identity.ctime().atOffset(label.offset())) + "." + identity.ctransid();
    return fit(cleaned(label.base()), MAX_NAME_BYTES - DISTINCTION_BYTES - tail.length()) + tail;
  }

  private static String cleaned(String base) {
    var cleaned = UNSAFE.matcher(base).replaceAll("_");
    if (cleaned.startsWith(".")) {
      cleaned = "_" + cleaned.substring(1);
    }
    return cleaned.isEmpty() ? "backup" : cleaned;
  }

  private static String fit(String base, int bytes) {
    var fitting = base;
    while (fitting.getBytes(StandardCharsets.UTF_8).length > bytes) {
      fitting = fitting.substring(0, fitting.offsetByCodePoints(fitting.length(), -1));
    }
    return fitting;
  }
}
