package org.btrfs2s3.core.reseed;

import java.util.Optional;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Whether what is there is what belongs there; reads it only where something tells that it is not.
 */
final class CopyCheck {
  private final ReseedSetup setup;
  private final FinalCheck content;
  private final Likeness likeness;

  /**
   * @param content reads backups
   */
  CopyCheck(ReseedSetup setup, FinalCheck content) {
    this.setup = setup;
    this.content = content;
    this.likeness = new Likeness(setup);
  }

  /**
   * What speaks against a backup.
   *
   * @param isProven if not, it may be all right
   */
  record Objection(String message, boolean isProven) {}

  /**
   * What is there under the name of the original should be its copy. If it is none, it may have
   * been uploaded by itself: reading tells whether it is whole.
   */
  Optional<Objection> objection(StoredBackup original, StoredBackup there)
      throws RemoteException, InterruptedException {
    var difference = likeness.difference(original, there).orElse(null);
    var doubt = difference == null ? null : content.doubt(there).orElse(null);
    if (difference == null || doubt == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Objection(
            "remote %s: %s %s, and %s; it is left as it is: %s"
                .formatted(
                    setup.to().id(), there.key(), difference.words(), doubt.words(), wayOut(doubt)),
            difference.isProven() || !doubt.undecodable()));
  }

  /** Nobody may be told to delete what only a missing key keeps from being looked at. */
  private static String wayOut(FinalCheck.Doubt doubt) {
    return doubt.undecodable()
        ? "run again with an identity that decodes it (--identity), which tells whether it is whole"
        : Reseed.WAY_OUT;
  }

  /** What somebody else has made meanwhile, as far as it can be decoded here. */
  void requireRight(StoredBackup there) throws RemoteException, InterruptedException {
    var doubt = content.doubt(there);
    if (doubt.isPresent() && !doubt.get().undecodable()) {
      throw new RemoteException(
          RemoteException.Kind.CONFLICT,
          "%s was there before it could be copied, and %s; it is left as it is: %s"
              .formatted(there.key(), doubt.get().words(), Reseed.WAY_OUT));
    }
  }
}
