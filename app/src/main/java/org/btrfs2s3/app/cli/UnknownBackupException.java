package org.btrfs2s3.app.cli;

/** What was named is not there, or cannot be used. */
final class UnknownBackupException extends Exception {

  private static final long serialVersionUID = 1L;

  UnknownBackupException(String message) {
    super(message);
  }
}
