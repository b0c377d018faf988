package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.btrfs2s3.app.console.ThawText;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.restore.BeforeFetching;
import org.btrfs2s3.core.restore.ColdObjects;
import org.btrfs2s3.core.restore.RestoreException;
import org.btrfs2s3.core.restore.RestoreMember;
import org.btrfs2s3.core.restore.RestorePlan;
import org.btrfs2s3.core.restore.Thaw;
import org.btrfs2s3.core.restore.ThawRequest;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RetrievalTier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to do about objects in cold storage; without {@code --thaw} the rest means nothing. */
final class ThawOptions {

  /** More than anybody reads for, and what still fits everywhere. */
  private static final int MOST_DAYS = 3650;

  @Option(
      names = "--thaw",
      required = true,
      description =
          "Have objects thawed that lie in cold storage (GLACIER, DEEP_ARCHIVE), the whole chain at "
              + "once, wait until they can be read, and restore then. The remote charges for it.")
  @SuppressWarnings("UnusedVariable") // without it there are no options of this group
  private boolean thaw;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      defaultValue = "standard",
      converter = TierArgument.class,
      description =
          "expedited (1 to 5 min, not from DEEP_ARCHIVE), standard (3 to 5 h; from DEEP_ARCHIVE 12 h), "
              + "or bulk (5 to 12 h; 48 h); ${DEFAULT-VALUE} if absent.")
  private RetrievalTier tier = RetrievalTier.STANDARD;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      converter = DaysArgument.class,
      description = "How long the thawed copies stay; ${DEFAULT-VALUE} if absent.")
  private int days;

  @Option(
      names = "--no-wait",
      description =
          "Do not wait: ask for the thaw, and end with exit code 5 as long as it is not finished.")
  private boolean noWait;

  /**
   * To be given to a restore.
   *
   * @param options null if they are not given
   */
  static BeforeFetching of(@Nullable ThawOptions options, BackupStore store, PrintWriter err) {
    return plan -> seeTo(options, fetched(plan), store, err);
  }

  /**
   * Returns when backups can be read.
   *
   * @param options null if they are not given: then they must be readable now
   */
  static void seeTo(
      @Nullable ThawOptions options, List<StoredBackup> backups, BackupStore store, PrintWriter err)
      throws RemoteException, RestoreException, InterruptedException {
    var text = new ThawText();
    var thaw = new Thaw(store, event -> text.of(event).ifPresent(err::println), Thread::sleep);
    if (options == null) {
      thaw.requireReadable(backups);
    } else {
      thaw.thaw(backups, options.request());
    }
  }

  /** For a dry run: what there is to thaw. */
  static ColdObjects look(BackupStore store, RestorePlan plan)
      throws RemoteException, InterruptedException {
    return look(store, fetched(plan));
  }

  /** The same, of backups. */
  static ColdObjects look(BackupStore store, List<StoredBackup> backups)
      throws RemoteException, InterruptedException {
    return new Thaw(store, _ -> {}, Thread::sleep).look(backups);
  }

  private static List<StoredBackup> fetched(RestorePlan plan) {
    return plan.fetched().stream().map(RestoreMember::backup).toList();
  }

  private ThawRequest request() {
    return new ThawRequest(tier, days, !noWait);
  }

  /** {@code standard} and the like. */
  static final class TierArgument implements ITypeConverter<RetrievalTier> {

    @Override
    public RetrievalTier convert(String text) {
      return Arrays.stream(RetrievalTier.values())
          .filter(tier -> tier.toString().equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("not expedited, standard or bulk: '" + text + "'"));
    }
  }

  /** A whole number of days. */
  static final class DaysArgument implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
      int days = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
      if (days < 1 || days > MOST_DAYS) {
        throw new TypeConversionException(
            "not a number of days from 1 to " + MOST_DAYS + ": '" + text + "'");
      }
      return days;
    }
  }
}
