package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.jspecify.annotations.Nullable;

/** A remote as this run found it. */
public sealed interface ObservedRemote {

  RemoteId id();

  /**
   * Its complete listing.
   *
   * @param catalog what its objects are, of all sources
   * @param uploads that were begun, of whichever source, and neither committed nor aborted; empty
   *     if they were not asked for
   * @param time when it was listed, by its own clock if it has one
   * @param clockDifference how far the remote's clock and the local one are apart, not negative;
   *     null if the remote has no clock of its own
   */
  record Listed(
      RemoteId id,
      Catalog catalog,
      List<UnfinishedUpload> uploads,
      Instant time,
      @Nullable Duration clockDifference)
      implements ObservedRemote {

    /** Longer than any machine is away that is going to finish what it began. */
    private static final Duration LOST = Duration.ofDays(30);

    public Listed {
      uploads = List.copyOf(uploads);
    }

    BackupSet backupsOf(UUID source) {
      return BackupSet.of(
          catalog.backups().stream().filter(b -> b.source().equals(source)).toList());
    }

    List<DamagedBackup> damagedOf(UUID source) {
      return catalog.damaged().stream().filter(d -> d.backup().source().equals(source)).toList();
    }

    /** Backups that are not listed, but may come back: what they need stays. */
    Stream<BackupIdentity> hiddenOf(UUID source) {
      return catalog.traces().stream().filter(hidden -> hidden.source().equals(source));
    }

    /** Backups that only a later version can read: what they need stays. */
    Stream<BackupIdentity> unsupportedOf(UUID source) {
      return catalog.unsupported().stream().filter(later -> later.source().equals(source));
    }

    /**
     * Whether what may have lost its commit object has to stay: it is young, or with its commit
     * object written anew it would complete the chain of others.
     */
    boolean keeps(UnfinishedBackup lost) {
      return !lost.newest().plus(LOST).isBefore(time)
          || catalog.isSendParent(lost.source(), lost.identity().uuid());
    }

    List<UnfinishedBackup> unfinishedOf(UUID source) {
      return catalog.unfinished().stream().filter(u -> u.source().equals(source)).toList();
    }
  }

  /**
   * It could not be listed. Planned as if it were empty, so that nothing that it may need is
   * deleted; nothing is done to it.
   */
  record Away(RemoteId id, String reason) implements ObservedRemote {

    /** For people. */
    public String message() {
      return "remote " + id + " is away: " + reason;
    }
  }
}
