package org.btrfs2s3.core.content;

import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.Layer;
import org.btrfs2s3.core.pipeline.LikelyFormat;

/**
 * How what an object holds becomes a send stream. That is decided by the suffixes of its key;
 * without any by its first bytes; and if those are no send stream, by the {@code restore_through}
 * of the configuration.
 */
public sealed interface ContentForm {

  /**
   * A send stream with something around it.
   *
   * @param layers the outermost first; none if there is nothing around it
   */
  record Layered(List<Layer> layers) implements ContentForm {
    public Layered {
      layers = List.copyOf(layers);
    }
  }

  /**
   * Something that the user's own commands make a send stream of.
   *
   * @param commands argument lists, in the order of the flow
   */
  record Filtered(List<List<String>> commands) implements ContentForm {
    public Filtered {
      commands = commands.stream().map(List::copyOf).toList();
    }
  }

  /** What the key tells; empty if only {@link #ofContent} can tell. */
  static Optional<ContentForm> ofKey(StoredBackup backup) {
    var layers = Decoding.layers(backup.contentSuffixes());
    // What goes through commands is never segmented.
    return layers.isEmpty() && backup.parts() == null
        ? Optional.empty()
        : Optional.of(new Layered(layers));
  }

  /**
   * What the content tells, for keys that tell nothing.
   *
   * @param firstBytes {@link LikelyFormat#PREFIX_BYTES} of them, or all that there are
   * @throws UndecodableException if nothing tells how to decode it
   */
  static ContentForm ofContent(StoredBackup backup, byte[] firstBytes, ContentFilters filters)
      throws UndecodableException {
    var format = LikelyFormat.of(firstBytes);
    if (format == LikelyFormat.BTRFS_STREAM) {
      return new Layered(List.of());
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
    return new Filtered(commands);
  }
}
