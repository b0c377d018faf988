package org.btrfs2s3.core.restore;

/** What was asked for is under way: the same request will succeed later. */
public final class NotYetException extends RestoreException {

  private static final long serialVersionUID = 1L;

  public NotYetException(String message) {
    super(message);
  }
}
