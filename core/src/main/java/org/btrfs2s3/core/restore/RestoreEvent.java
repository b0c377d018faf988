package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.run.Failure;

/** What a restore does, as it does it. */
public sealed interface RestoreEvent {

  /** Something that a restore had received, and needs no more or cannot go on with, was deleted. */
  record HiddenDeleted(String name) implements RestoreEvent {}

  /**
   * What was received completely by a restore that did not succeed stays. The next restore into the
   * directory goes on with it, or deletes what it does not need.
   */
  record HiddenKept(List<String> names) implements RestoreEvent {
    public HiddenKept {
      names = List.copyOf(names);
    }
  }

  /** A subvolume that was restored earlier cannot serve as send parent and is fetched again. */
  record NotReused(String name, String reason) implements RestoreEvent {}

  /** A backup is not fetched: an interrupted restore had received it already. */
  record GoneOn(RestoreMember member, String name) implements RestoreEvent {}

  /** A subvolume that the user vouches for serves as send parent. */
  record Trusting(RestoreMember member, Path subvolume) implements RestoreEvent {}

  /**
   * A copy that the user vouches for was changed after it had been received; or plain {@code btrfs
   * receive} has written its content late.
   */
  record Doubtful(Path subvolume) implements RestoreEvent {}

  /** Every backup of a source is later than what was asked for: nothing of it is restored. */
  record PassedOver(String source) implements RestoreEvent {}

  /** An earlier restore has made it already, under its final name. */
  record AlreadyThere(RestoreMember member) implements RestoreEvent {}

  record Fetching(RestoreMember member) implements RestoreEvent {}

  /** A backup was read to its end, and is now read again to be received. */
  record Verified(RestoreMember member, long streamBytes) implements RestoreEvent {}

  record Received(RestoreMember member, long streamBytes) implements RestoreEvent {}

  /** A subvolume has its final name: it is checked, synced and complete. */
  record Restored(RestoreMember member) implements RestoreEvent {}

  /** A writable snapshot of the restored subvolume was made. */
  record Writable(String name) implements RestoreEvent {}

  /** An object could not be received, and another one of the same snapshot takes its place. */
  record OtherTried(RestoreMember other, Failure failure) implements RestoreEvent {}

  record Failed(RestoreMember member, Failure failure) implements RestoreEvent {}
}
