package org.btrfs2s3.core.restore;

import org.btrfs2s3.core.run.Failure;

/** What a restore does, as it does it. */
public sealed interface RestoreEvent {

  /** Something that a restore had not finished, or needed only as send parent, was deleted. */
  record HiddenDeleted(String name) implements RestoreEvent {}

  /** A subvolume that was restored earlier cannot serve as send parent and is fetched again. */
  record NotReused(String name, String reason) implements RestoreEvent {}

  record Fetching(RestoreMember member) implements RestoreEvent {}

  record Received(RestoreMember member, long streamBytes) implements RestoreEvent {}

  /** A subvolume has its final name: it is checked, synced and complete. */
  record Restored(RestoreMember member) implements RestoreEvent {}

  record Failed(RestoreMember member, Failure failure) implements RestoreEvent {}
}
