package org.btrfs2s3.core.backup;

import java.util.List;
import java.util.Optional;

/** What the key of an object says about the object. */
public sealed interface ParsedKey {

  /** The backup that the object is, or is a part of. */
  default Optional<BackupLabel> backup() {
    return switch (this) {
      case Known known -> Optional.of(known.label());
      case Segment segment -> Optional.of(segment.label());
      case Commit commit -> Optional.of(commit.label());
      case CommitSignature signature -> Optional.of(signature.label());
      case Foreign _, Unsupported _ -> Optional.empty();
    };
  }

  /**
   * A backup in one object.
   *
   * @param contentSuffixes all other suffixes after the base, in order, such as {@code [".zst",
   *     ".gpg"]}
   */
  record Known(BackupLabel label, List<String> contentSuffixes) implements ParsedKey {

    public Known {
      contentSuffixes = List.copyOf(contentSuffixes);
    }

    public BackupIdentity identity() {
      return label.identity();
    }
  }

  /**
   * One of the objects of a segmented backup, which exists only with its {@link Commit}.
   *
   * @param number from 0, in the order of the stream
   * @param contentSuffixes as in {@link Known}
   */
  record Segment(BackupLabel label, Attempt attempt, int number, List<String> contentSuffixes)
      implements ParsedKey {

    public Segment {
      contentSuffixes = List.copyOf(contentSuffixes);
    }
  }

  /**
   * The object that makes a segmented backup of its segments.
   *
   * @param segments how many there are, at least one
   */
  record Commit(BackupLabel label, Attempt attempt, int segments) implements ParsedKey {}

  /** The detached signature of a {@link Commit}; no backup by itself. */
  record CommitSignature(BackupLabel label, Attempt attempt) implements ParsedKey {}

  /** No backup of ours: to be left alone. */
  record Foreign(String reason) implements ParsedKey {}

  /**
   * Named as a backup, but in a version or form that this version does not read.
   *
   * @param label what it says of itself, of which the identity is the same in every version
   */
  record Unsupported(String reason, BackupLabel label) implements ParsedKey {}
}
