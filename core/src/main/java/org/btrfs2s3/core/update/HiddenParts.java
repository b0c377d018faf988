package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Looks up, by their keys, the objects that would make a backup of what looks like a leftover: its
 * commit object, its first segment, a further segment. Where one of them is there, the listing
 * lacks it, and nothing of the attempt may be touched (invariants 2 and 3).
 */
final class HiddenParts {

  private static final String SIGNATURE = ".sig";

  private final UnfinishedBackup attempt;

  private HiddenParts(UnfinishedBackup attempt) {
    this.attempt = attempt;
  }

  /**
   * Before an attempt is gone on with.
   *
   * @throws RemoteException {@code INTEGRITY} if an object is there that the listing lacks
   */
  static void requireNone(RemoteSession remote, UnfinishedBackup attempt)
      throws RemoteException, InterruptedException {
    for (var key : new HiddenParts(attempt).suspects()) {
      if (remote.store().find(key).isPresent()) {
        throw hidden("%s is there, but was not listed", key);
      }
    }
  }

  /**
   * Before an attempt is removed: nor may anything tell that such an object was there.
   *
   * @throws RemoteException {@code INTEGRITY} if there is one, or something tells of one
   */
  static void requireNoTrace(RemoteSession remote, UnfinishedBackup attempt)
      throws RemoteException, InterruptedException {
    requireNone(remote, attempt);
    var parts = new HiddenParts(attempt);
    for (var key : remote.traces()) {
      if (parts.wouldBeMissed(BackupKey.decode(key.value()))) {
        throw hidden(
            "there are metadata of %s, but not the object: put it back, or, if it is lost, delete"
                + " the file of that name in .meta/",
            key);
      }
    }
  }

  private static RemoteException hidden(String what, ObjectKey key) {
    return new RemoteException(
        RemoteException.Kind.INTEGRITY,
        what.formatted(key) + "; so the segments that belong to it are left as they are");
  }

  /** Not of a further segment: a run that was killed may have been about to store that. */
  private boolean wouldBeMissed(ParsedKey key) {
    return switch (key) {
      case ParsedKey.Commit commit -> commit.attempt().equals(attempt.attempt());
      case ParsedKey.Segment segment ->
          segment.attempt().equals(attempt.attempt()) && segment.number() == 0;
      case ParsedKey.Known _,
          ParsedKey.CommitSignature _,
          ParsedKey.Foreign _,
          ParsedKey.Unsupported _ ->
          false;
    };
  }

  /**
   * Segments have no gaps: if there are more of them than are listed, then the next one. Else it is
   * known how many there are, and so what the commit object is called.
   */
  private List<ObjectKey> suspects() throws RemoteException {
    var segments = attempt.parts().segments();
    List<ObjectKey> suspects = new ArrayList<>();
    attempt.parts().others().stream()
        .map(ObjectKey::value)
        .filter(other -> other.endsWith(SIGNATURE))
        .map(other -> new ObjectKey(other.substring(0, other.length() - SIGNATURE.length())))
        .forEach(suspects::add);
    if (segments.isEmpty()) {
      return suspects;
    }
    var id = attempt.attempt();
    int next = segments.getLast().number() + 1;
    suspects.add(beside(segments.getLast(), names -> names.commit(id, next)));
    if (next < BackupKey.MAX_SEGMENTS) {
      suspects.add(beside(segments.getLast(), names -> names.segment(id, next)));
    }
    if (segments.getFirst().number() > 0) {
      suspects.add(beside(segments.getFirst(), names -> names.segment(id, 0)));
    }
    return suspects;
  }

  private interface Naming {
    ObjectKey of(ObjectNames names);
  }

  /** As if it had been stored by the same run as that segment, and in the same place. */
  private static ObjectKey beside(SegmentObject segment, Naming naming) throws RemoteException {
    var key = segment.key();
    if (BackupKey.decode(key.value()) instanceof ParsedKey.Segment parsed) {
      try {
        var label = parsed.label();
        var names =
            new ObjectNames(
                label.base(), label.identity(), label.offset(), parsed.contentSuffixes());
        return key.sibling(naming.of(names).value());
      } catch (IllegalArgumentException _) {
        // Told below.
      }
    }
    throw new RemoteException(
        RemoteException.Kind.INTEGRITY,
        key + " is not named as this program names segments: delete it by hand");
  }
}
