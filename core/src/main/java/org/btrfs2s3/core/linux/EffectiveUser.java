package org.btrfs2s3.core.linux;

/** The user as whom this process acts. */
public final class EffectiveUser {

  private EffectiveUser() {}

  public static long id() {
    return Integer.toUnsignedLong(LibC.geteuid());
  }
}
