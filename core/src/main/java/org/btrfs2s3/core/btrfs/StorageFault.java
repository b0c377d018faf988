package org.btrfs2s3.core.btrfs;

import java.util.regex.Pattern;

/**
 * Tells by the words of a failure, ours or those of a child process, whether it was the disk: full,
 * broken or read-only. Names that others have given may say the same, so that a yes may be wrong.
 */
public final class StorageFault {

  private static final Pattern NO_SPACE =
      Pattern.compile("No space left on device|\\bENOSPC\\b|Disk quota exceeded|\\bEDQUOT\\b");

  private static final Pattern BROKEN =
      Pattern.compile("Input/output error|\\bEIO\\b|Read-only file system|\\bEROFS\\b");

  private StorageFault() {}

  /** Whether it had no room for something. */
  public static boolean isLackOfSpace(String message) {
    return NO_SPACE.matcher(message).find();
  }

  /** Whether it failed, or takes nothing. */
  public static boolean isBroken(String message) {
    return BROKEN.matcher(message).find();
  }

  /** Whether it was either. */
  public static boolean isTold(String message) {
    return isLackOfSpace(message) || isBroken(message);
  }
}
