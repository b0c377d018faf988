package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentFilters;
import org.btrfs2s3.core.content.ContentForm;
import org.btrfs2s3.core.pipeline.Layer;
import org.btrfs2s3.core.pipeline.LikelyFormat;
import org.btrfs2s3.core.store.BackupStore;

/** Knows the commands that make a send stream of what an object holds. */
public final class Decoders {

  static final String GPG = "gpg";

  private final BackupStore store;
  private final ContentFilters filters;

  public Decoders(BackupStore store, ContentFilters filters) {
    this.store = store;
    this.filters = filters;
  }

  /** The commands, in the order in which the content flows; none for what is a send stream. */
  List<List<String>> of(StoredBackup backup) throws IOException, InterruptedException {
    var told = ContentForm.ofKey(backup);
    var form =
        told.isPresent() ? told.get() : ContentForm.ofContent(backup, firstBytes(backup), filters);
    return switch (form) {
      case ContentForm.Layered layered -> layered.layers().stream().map(Decoders::command).toList();
      case ContentForm.Filtered filtered -> filtered.commands();
    };
  }

  private static List<String> command(Layer layer) {
    return switch (layer) {
      case OPENPGP -> List.of(GPG, "--decrypt");
      case ZSTD -> List.of("zstd", "-d", "-c");
    };
  }

  private byte[] firstBytes(StoredBackup backup) throws IOException, InterruptedException {
    try (var object = store.open(backup.key(), 0)) {
      return object.readNBytes(LikelyFormat.PREFIX_BYTES);
    }
  }
}
