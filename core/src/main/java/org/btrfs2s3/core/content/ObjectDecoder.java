package org.btrfs2s3.core.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.Layer;
import org.btrfs2s3.core.pipeline.LikelyFormat;
import org.btrfs2s3.core.pipeline.MissingKeyException;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.ObjectKey;

/** Chooses the stages that turn an object into a send stream, by its {@link ContentForm}. */
final class ObjectDecoder {

  private final ContentKeys keys;
  private final ContentFilters filters;

  ObjectDecoder(ContentKeys keys, ContentFilters filters) {
    this.keys = keys;
    this.filters = filters;
  }

  /**
   * @param object at its first byte; read from without moving it
   */
  List<Stage> stages(StoredBackup backup, BufferedInputStream object) throws IOException {
    requireEncryptedIfSigned(backup.key(), backup.contentSuffixes());
    var told = ContentForm.ofKey(backup);
    var form =
        told.isPresent() ? told.get() : ContentForm.ofContent(backup, firstBytes(object), filters);
    return switch (form) {
      case ContentForm.Layered layered ->
          Decoding.undoing(layered.layers(), identities(layered.layers()), keys.signers());
      case ContentForm.Filtered filtered -> Decoding.filters(filtered.commands());
    };
  }

  /** What goes through commands is never segmented: the key's suffixes say all. */
  List<Stage> ofSegment(ObjectKey key, List<String> contentSuffixes) throws IOException {
    requireEncryptedIfSigned(key, contentSuffixes);
    var layers = Decoding.layers(contentSuffixes);
    return Decoding.undoing(layers, identities(layers), keys.signers());
  }

  private Identities identities(List<Layer> layers) throws MissingKeyException {
    return layers.contains(Layer.OPENPGP) ? keys.identities().unlockLate() : Identities.none();
  }

  /**
   * Unlocks the keys if one of these is encrypted.
   *
   * @throws IOException if they cannot be
   */
  void unlockFor(Collection<StoredBackup> backups) throws IOException {
    if (backups.stream().anyMatch(backup -> Decoding.isEncrypted(backup.contentSuffixes()))) {
      var unused = keys.identities().unlock();
    }
  }

  private void requireEncryptedIfSigned(ObjectKey key, List<String> contentSuffixes)
      throws UnsignedException {
    var signers = keys.signers();
    if (signers.isRequired() && !Decoding.isEncrypted(contentSuffixes)) {
      throw new UnsignedException(
          key
              + " is not encrypted by OpenPGP, and so not signed; a signature by "
              + String.join(" or ", signers.keyIds())
              + " is required");
    }
  }

  private static byte[] firstBytes(InputStream object) throws IOException {
    object.mark(LikelyFormat.PREFIX_BYTES);
    var first = object.readNBytes(LikelyFormat.PREFIX_BYTES);
    object.reset();
    return first;
  }
}
