package org.btrfs2s3.core.restore;

/** What was asked for cannot be restored; nothing was fetched yet. */
public sealed class RestoreException extends Exception permits NotYetException {

  private static final long serialVersionUID = 1L;

  public RestoreException(String message) {
    super(message);
  }

  RestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
