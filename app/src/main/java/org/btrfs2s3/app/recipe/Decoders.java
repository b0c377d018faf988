package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentFilters;
import org.btrfs2s3.core.pipeline.LikelyFormat;
import org.btrfs2s3.core.store.BackupStore;

/**
 * Knows the commands that make a send stream of what an object holds: by the suffixes of its key;
 * without any by its first bytes; and if those are no send stream, by the {@code restore_through}
 * of the configuration.
 */
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
    List<List<String>> commands = new ArrayList<>();
    for (var suffix : backup.contentSuffixes().reversed()) {
      switch (suffix) {
        case ".gpg" -> commands.add(List.of(GPG, "--decrypt"));
        case ".zst" -> commands.add(List.of("zstd", "-d", "-c"));
        default -> {}
      }
    }
    if (!commands.isEmpty() || backup.parts() != null) {
      return commands;
    }
    var format = format(backup);
    if (format == LikelyFormat.BTRFS_STREAM) {
      return List.of();
    }
    var configured = filters.commands(backup.source());
    if (configured.isEmpty()) {
      throw new IOException(
          backup.key()
              + " holds no plain send stream but, by its first bytes, "
              + format
              + "; set restore_through of its upload entry to the commands that decode it");
    }
    return configured;
  }

  private LikelyFormat format(StoredBackup backup) throws IOException, InterruptedException {
    try (var object = store.open(backup.key(), 0)) {
      return LikelyFormat.of(object.readNBytes(LikelyFormat.PREFIX_BYTES));
    }
  }
}
