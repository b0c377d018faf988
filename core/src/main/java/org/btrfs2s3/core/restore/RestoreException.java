package org.btrfs2s3.core.restore;

/** What was asked for cannot be restored; nothing was fetched yet. */
public final class RestoreException extends Exception {

  private static final long serialVersionUID = 1L;

  public RestoreException(String message) {
    super(message);
  }
}
