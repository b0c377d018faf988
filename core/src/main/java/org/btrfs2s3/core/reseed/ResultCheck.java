package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.UndecodableException;
import org.btrfs2s3.core.pipeline.MissingKeyException;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Looks at a remote anew after backups were brought to it: all of them are listed with their whole
 * chains, and one, read to its end, holds what it should.
 */
public final class ResultCheck {
  private final ReseedSetup.End remote;

  public ResultCheck(ReseedSetup.End remote) {
    this.remote = remote;
  }

  /** What a look at the content of a backup found. */
  public sealed interface Content {
    /** Its stream is whole, and that of its snapshot. */
    record Whole() implements Content {}

    /** It could not be decoded, which says nothing about it. */
    record Unreadable(String reason) implements Content {}

    /** It is not what it should be, or could not be fetched. */
    record Damaged(String reason) implements Content {}
  }

  /**
   * Compares a listing with what should be there.
   *
   * @param expected bytes of each backup; negative where any number will do
   * @return what is wrong
   */
  public List<Failure> listing(Map<BackupIdentity, Long> expected)
      throws RemoteException, InterruptedException {
    var sets = ReseedPlanner.bySource(Catalog.of(remote.store().list().objects()));
    List<Failure> failures = new ArrayList<>();
    for (var entry : expected.entrySet()) {
      var problem = problem(entry.getKey(), entry.getValue(), sets);
      if (!problem.isEmpty()) {
        failures.add(
            new Failure(
                Failure.Kind.REMOTE,
                "remote %s: backup %s %s".formatted(remote.id(), entry.getKey().uuid(), problem)));
      }
    }
    return failures;
  }

  private static String problem(BackupIdentity identity, long size, Map<UUID, BackupSet> sets) {
    var set = sets.get(identity.source());
    var there = set == null ? null : set.byUuid().get(identity.uuid());
    if (set == null || there == null) {
      return "is not listed, although it was copied; run again";
    }
    Map<UUID, BackupIdentity> backups = new HashMap<>();
    set.byUuid().forEach((uuid, backup) -> backups.put(uuid, backup.identity()));
    if (Chain.of(identity.uuid(), backups) instanceof Chain.Broken broken) {
      return "cannot be restored there: its chain breaks at " + broken.uuid() + "; run again";
    }
    return size >= 0 && there.size() != size
        ? "has %d bytes there instead of %d".formatted(there.size(), size)
        : "";
  }

  /** The backups as they are there now, by what they are. */
  public Map<BackupIdentity, StoredBackup> find(Collection<BackupIdentity> wanted)
      throws RemoteException, InterruptedException {
    return Catalog.of(remote.store().list().objects()).backups().stream()
        .filter(backup -> wanted.contains(backup.identity()))
        .collect(Collectors.toMap(StoredBackup::identity, backup -> backup, (one, _) -> one));
  }

  /** Reads a backup to its end, keeping nothing of it. */
  public Content content(StoredBackup backup) throws InterruptedException {
    try {
      var check = new StreamCheck(backup.identity(), null);
      remote.reader().read(backup, check::update);
      check.endOfObject(0);
      return new Content.Whole();
    } catch (UndecodableException e) {
      return new Content.Unreadable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      boolean noKey =
          e instanceof PipelineException pipeline
              && pipeline.getCause() instanceof MissingKeyException;
      var message = Objects.requireNonNullElse(e.getMessage(), e.toString());
      return noKey ? new Content.Unreadable(message) : new Content.Damaged(message);
    }
  }
}
