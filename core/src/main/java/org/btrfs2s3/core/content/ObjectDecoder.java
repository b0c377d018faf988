package org.btrfs2s3.core.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.LikelyFormat;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Chooses the stages that turn an object into a send stream: by the suffixes of its key; without
 * any by its first bytes; and if those are no send stream, by the {@code restore_through} of the
 * configuration.
 */
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
    var stages = Decoding.stages(backup.contentSuffixes(), keys.identities(), keys.signers());
    if (!stages.isEmpty() || backup.parts() != null) {
      return stages; // What goes through commands is never segmented.
    }
    var format = LikelyFormat.of(firstBytes(object));
    if (format == LikelyFormat.BTRFS_STREAM) {
      return List.of();
    }
    var commands = filters.commands(backup.source());
    if (commands.isEmpty()) {
      throw new UndecodableException(
          backup.key()
              + " holds no plain send stream but, by its first bytes, "
              + format
              + "; restore_through of its upload entry, or --restore-through beside --url, names the"
              + " commands that decode it",
          format);
    }
    return Decoding.filters(commands);
  }

  /** What goes through commands is never segmented: the key's suffixes say all. */
  List<Stage> ofSegment(ObjectKey key, List<String> contentSuffixes) throws IOException {
    requireEncryptedIfSigned(key, contentSuffixes);
    return Decoding.stages(contentSuffixes, keys.identities(), keys.signers());
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
