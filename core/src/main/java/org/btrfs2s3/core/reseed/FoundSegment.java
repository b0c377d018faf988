package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.verify.Trouble;
import org.jspecify.annotations.Nullable;

/**
 * A segment that an interrupted run left. Nothing that it says of itself proves that it is still
 * what that run stored: before a commit object may name it, it is read.
 *
 * @param reader of the remote that has it
 * @param suffixes what its content is, as its key says
 */
record FoundSegment(ContentReader reader, List<String> suffixes, StoredObject object) {
  /**
   * What it was found to hold.
   *
   * @param stored its bytes as they are stored
   * @param sha256 of its part of the send stream
   */
  record Content(StoredContent stored, String sha256) {}

  FoundSegment {
    suffixes = List.copyOf(suffixes);
  }

  /**
   * Decodes it.
   *
   * @throws UnreadableSegmentException if that is not possible here
   * @throws RemoteException {@code CONFLICT} if it is damaged
   */
  Content decode() throws IOException, InterruptedException {
    var sum = new Sha256();
    try {
      var content = reader.readSegment(suffixes, object.key(), sum::update);
      return new Content(content.stored(), sum.soFar());
    } catch (IOException e) {
      if (Trouble.of(e, Map.of()) == Trouble.UNDECODABLE) {
        throw new UnreadableSegmentException(object.key(), e);
      }
      throw unlessRemote(e, object.key());
    }
  }

  /** A remote that fails says nothing of what it has; anything else does. */
  static IOException unlessRemote(IOException e, ObjectKey key) {
    return e instanceof RemoteException || e.getCause() instanceof RemoteException
        ? e
        : inTheWay(key, e.getMessage(), e);
  }

  /** What is there cannot be used, and is not removed either: somebody may be working on it. */
  static RemoteException inTheWay(
      ObjectKey key, @Nullable String reason, @Nullable IOException cause) {
    return new RemoteException(
        RemoteException.Kind.CONFLICT,
        key
            + " is there already and not known to be what belongs there: "
            + reason
            + "; it is left as it is. If it is of an interrupted update of this configuration, the"
            + " next update finishes that; else abandon gives up what was begun of this backup, and"
            + " the same reseed brings it anew",
        cause);
  }
}
