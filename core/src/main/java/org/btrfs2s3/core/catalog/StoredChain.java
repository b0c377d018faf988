package org.btrfs2s3.core.catalog;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.btrfs2s3.core.backup.Chain;

/** The objects from which a backup can be restored, or why it cannot. */
public sealed interface StoredChain {

  /**
   * All there.
   *
   * @param backups in the order of restoring: the full one first
   */
  record Complete(List<StoredBackup> backups) implements StoredChain {

    public Complete {
      backups = List.copyOf(backups);
    }

    /** Bytes, as stored. */
    public long size() {
      return backups.stream().mapToLong(StoredBackup::size).sum();
    }
  }

  /**
   * It cannot be restored.
   *
   * @param reason follows the name of the backup: {@code it was sent against ...}
   */
  record Broken(String reason) implements StoredChain {}

  /** The chain of the backup {@code leaf}; of several objects of one UUID the best one counts. */
  static StoredChain of(UUID leaf, Catalog catalog) {
    var set = BackupSet.of(catalog.backups());
    return switch (set.chain(leaf)) {
      case Chain.Complete complete ->
          new Complete(
              complete.backups().stream()
                  .map(backup -> Objects.requireNonNull(set.byUuid().get(backup.uuid())))
                  .toList());
      case Chain.Missing missing -> new Broken(why(leaf, missing.uuid(), catalog));
      case Chain.Cyclic cyclic ->
          new Broken("the send parents of " + cyclic.uuid() + " lead back to itself");
    };
  }

  private static String why(UUID leaf, UUID missing, Catalog catalog) {
    var subject = leaf.equals(missing) ? "it" : "it needs " + missing + ", which";
    return catalog.damaged().stream()
        .filter(damaged -> damaged.backup().uuid().equals(missing))
        .findFirst()
        .map(
            damaged ->
                "%s is damaged: %d of its segments are gone".formatted(subject, damaged.missing()))
        .orElseGet(() -> subject + withoutBackup(missing, catalog));
  }

  private static String withoutBackup(UUID missing, Catalog catalog) {
    boolean isUnfinished =
        catalog.unfinished().stream().anyMatch(one -> one.identity().uuid().equals(missing));
    return isUnfinished
        ? " has no commit object: its upload was not finished, or it is damaged"
        : " is not on the remote";
  }
}
