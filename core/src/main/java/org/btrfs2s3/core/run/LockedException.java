package org.btrfs2s3.core.run;

/** Another run holds a lock that this one needs. */
public final class LockedException extends Exception {

  private static final long serialVersionUID = 1L;

  public LockedException(String message) {
    super(message);
  }
}
