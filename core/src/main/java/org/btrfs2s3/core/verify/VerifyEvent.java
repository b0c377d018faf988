package org.btrfs2s3.core.verify;

import org.btrfs2s3.core.catalog.StoredBackup;

/** What a verification does, as it does it. */
public sealed interface VerifyEvent {

  /**
   * Something about what runs that were killed had left below the scratch directory.
   *
   * @param message what was removed, or what was left alone and why
   */
  record Leftover(String message) implements VerifyEvent {}

  /**
   * Contents are going to be read.
   *
   * @param storedBytes how much at most, as far as the listing tells
   */
  record Reading(long storedBytes) implements VerifyEvent {}

  /**
   * A backup's turn.
   *
   * @param number from 1
   */
  record Checking(StoredBackup backup, int number, int of) implements VerifyEvent {}

  /** Everything of a backup was read. */
  record Read(StoredBackup backup, long streamBytes) implements VerifyEvent {}

  /** A backup was restored; it is going to be compared if there is something to compare with. */
  record Restored(StoredBackup backup, long streamBytes) implements VerifyEvent {}

  /**
   * A restored backup is what the local snapshot is.
   *
   * @param entries how many were compared
   */
  record Identical(StoredBackup backup, long entries) implements VerifyEvent {}

  record Found(Finding finding) implements VerifyEvent {}

  record Unchecked(NotChecked notChecked) implements VerifyEvent {}
}
