package org.btrfs2s3.core.backup;

import java.util.Locale;

/** Numbers of bytes for people. */
public final class ShownBytes {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private ShownBytes() {}

  /** With a binary unit and one decimal: {@code 4.2 MiB}. */
  public static String of(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    double scaled = bytes / Math.scalb(1.0, 10 * unit);
    return String.format(Locale.ROOT, "%.1f %s", scaled, UNITS[unit]);
  }
}
