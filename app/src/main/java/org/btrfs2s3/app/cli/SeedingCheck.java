package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.console.ReseedText;
import org.btrfs2s3.app.console.VerifyText;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.Expected;
import org.btrfs2s3.core.reseed.FinalCheck;
import org.btrfs2s3.core.reseed.FinalReport;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.update.Seeding;
import org.jspecify.annotations.Nullable;

/** The final check of a remote that was filled from the local snapshots. */
final class SeedingCheck implements Seeding.Inspection {
  private final Configuration configuration;
  private final RemoteConfig to;
  private final ContentKeys keys;
  private final PrintWriter err;
  private @Nullable FinalReport report;

  /**
   * Nothing is opened yet.
   *
   * @param keys for decoding
   * @param err is told what is looked at
   */
  SeedingCheck(Configuration configuration, RemoteConfig to, ContentKeys keys, PrintWriter err) {
    this.configuration = configuration;
    this.to = to;
    this.keys = keys;
    this.err = err;
  }

  @Override
  public List<Failure> of(
      RemoteId remote, List<StoredBackup> uploaded, Collection<BackupIdentity> there)
      throws InterruptedException {
    if (uploaded.isEmpty() && there.isEmpty()) {
      return List.of();
    }
    err.println(ReseedText.finalCheck(remote));
    var expected =
        new Expected(
            uploaded.stream().map(backup -> new Expected.Brought(backup, backup.size())).toList(),
            Set.copyOf(there));
    try (var store = Stores.openForReading(to)) {
      var check =
          new FinalCheck(
              ReseedEnds.end(configuration, to, store, keys),
              new KernelBtrfs(),
              ReadingOptions.places(configuration),
              "btrfs2s3 repair --remote " + remote + " --backup with its UUID uploads it again",
              event -> VerifyText.of(event).ifPresent(err::println));
      var found = check.run(expected, InstantSource.system().instant().getEpochSecond());
      report = found;
      return found.failures();
    } catch (RemoteException e) {
      return List.of(
          new Failure(
              Failure.Kind.REMOTE_AWAY,
              "remote %s: the result could not be looked at: %s"
                  .formatted(remote, e.getMessage())));
    }
  }

  /** What was found; null if nothing was looked at. */
  @Nullable FinalReport report() {
    return report;
  }
}
