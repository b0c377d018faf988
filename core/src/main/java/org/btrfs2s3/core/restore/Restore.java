package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.content.ReadAhead;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Restores backups of one remote into a directory on a btrfs file system. A subvolume appears under
 * its final name only when it is complete, checked and durable (invariant 7); until then it lies in
 * a private directory. What a run that fails has received completely stays there, and the next one
 * goes on with it; everything else in there is deleted.
 */
public final class Restore {

  private final Btrfs btrfs;

  /** As long as a plan is made and begun with anyway. */
  private static final Duration PLAN_LIFE = Duration.ofSeconds(10);

  private final BackupStore store;
  private final Path target;
  private final ContentReader reader;
  private final Checkpoints checkpoints;
  private final RestoreListener listener;

  /** Null to list the remote. */
  private final @Nullable Catalog known;

  /**
   * @param reader of the same store
   */
  public Restore(
      Btrfs btrfs, BackupStore store, ContentReader reader, Path target, RestoreListener listener) {
    this(btrfs, store, reader, target, Checkpoints.USUAL, listener);
  }

  /**
   * @param reader of the same store
   */
  public Restore(
      Btrfs btrfs,
      BackupStore store,
      ContentReader reader,
      Path target,
      Checkpoints checkpoints,
      RestoreListener listener) {
    this(btrfs, store, reader, target, checkpoints, listener, null);
  }

  private Restore(
      Btrfs btrfs,
      BackupStore store,
      ContentReader reader,
      Path target,
      Checkpoints checkpoints,
      RestoreListener listener,
      @Nullable Catalog known) {
    this.btrfs = btrfs;
    this.store = store;
    this.target = target;
    this.reader = reader;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.known = known;
  }

  /** The same, of what a listing has shown already: the remote is not listed anew. */
  public Restore of(Catalog listed) {
    return new Restore(btrfs, store, reader, target, checkpoints, listener, listed);
  }

  /** What would be fetched. Changes nothing. */
  public RestorePlan plan(RestoreOptions options)
      throws IOException, RestoreException, InterruptedException {
    var catalog = known == null ? ListedBackups.of(store) : known;
    var supplies = new LocalSupplies(btrfs, target, options.precautions(), listener);
    var planner = new RestorePlanner(catalog);
    var plan = planner.plan(options.selection(), options.source(), options.keepChain(), supplies);
    supplies.requireTrustworthy();
    supplies.requireFreeNames(plan.wanted());
    if (options.writable() != null) {
      int selected = planner.count(options.selection(), options.source());
      WritableName.require(btrfs, target, plan, selected, options.writable());
    }
    return plan.withStreamBytes(streamBytes(plan));
  }

  private Map<UUID, Long> streamBytes(RestorePlan plan) throws InterruptedException {
    Map<UUID, Long> known = new HashMap<>();
    for (var member : plan.fetched()) {
      try {
        reader
            .streamLength(member.backup())
            .ifPresent(length -> known.put(member.backup().uuid(), length));
      } catch (IOException _) {
        // It only makes the estimate worse; restoring the backup is going to fail of the same.
      }
    }
    return known;
  }

  /** The same, with nothing to see to before. */
  public RestoreReport run(RestoreOptions options)
      throws IOException, RestoreException, LockedException, InterruptedException {
    return run(options, _ -> {});
  }

  /**
   * Fetches and receives what was planned.
   *
   * @param before is asked when it is known what that is
   * @throws LockedException if another restore into the same directory is running
   */
  public RestoreReport run(RestoreOptions options, BeforeFetching before)
      throws IOException, RestoreException, LockedException, InterruptedException {
    var precautions = options.precautions();
    var seal = Seal.of(precautions.signers());
    RestoreReport report = null;
    try (var hidden = PrivateDirectory.open(btrfs, target);
        var writes = btrfs.watchWrites(hidden.path())) {
      var confinement = Confinement.of(hidden.path());
      var shield = DeviceShield.of(btrfs, hidden.path());
      var leftovers = Leftovers.in(hidden, btrfs, seal, listener);
      boolean deleted = leftovers.deleteUnfinished();
      var plan = plan(options);
      deleted |= leftovers.deleteAllBut(goneOnWith(plan));
      if (!precautions.ignoreSpace()) {
        new FreeSpace(btrfs, target).require(plan, deleted);
      }
      reader.unlockFor(plan.fetched().stream().map(RestoreMember::backup).toList());
      long planned = System.nanoTime();
      before.prepare(plan);
      if (System.nanoTime() - planned > PLAN_LIFE.toNanos()) {
        requireUnchanged(plan, options);
      }
      requireSafe(plan, shield);
      try (var ahead = new ReadAhead(store, objects(plan, precautions.verifyFirst()))) {
        var receiver =
            new Receiver(btrfs, reader.through(ahead), hidden.path(), confinement, shield, seal);
        var staging = new Staging(btrfs, hidden.path(), writes, checkpoints);
        report =
            new RestoreRun(btrfs, target, receiver, staging, leftovers, listener)
                .execute(plan, precautions.verifyFirst(), options.writable());
      }
    } catch (IOException e) {
      if (report == null) {
        throw e;
      }
      return report.withUntidy(target, e); // What was restored is there all the same.
    }
    return report;
  }

  /** What may be a send parent must be looked at anew, when anybody had time to change it. */
  private void requireUnchanged(RestorePlan plan, RestoreOptions options)
      throws IOException, RestoreException, InterruptedException {
    if (!supplies(plan(options)).equals(supplies(plan))) {
      throw new RestoreException(
          "while objects were thawed, "
              + target
              + " or the remote has changed, so that the plan does not hold; run the same command"
              + " again");
    }
  }

  /** What is received anew is looked at then. */
  private void requireSafe(RestorePlan plan, DeviceShield shield)
      throws IOException, RestoreException {
    for (var member : plan.members()) {
      switch (member.supply()) {
        case Supply.Fetched _ -> {}
        case Supply.Finished left ->
            shield.requireSafe(PrivateDirectory.in(target).resolve(left.hidden().toString()));
        case Supply.Restored _ -> shield.requireSafe(target.resolve(member.finalName()));
        case Supply.Trusted trusted -> shield.requireSafe(trusted.subvolume());
      }
    }
  }

  private static Map<UUID, Supply> supplies(RestorePlan plan) {
    return plan.members().stream()
        .collect(Collectors.toMap(member -> member.backup().uuid(), RestoreMember::supply));
  }

  private static Set<EntryName> goneOnWith(RestorePlan plan) {
    return plan.members().stream()
        .map(RestoreMember::supply)
        .filter(Supply.Finished.class::isInstance)
        .map(supply -> ((Supply.Finished) supply).hidden())
        .collect(Collectors.toSet());
  }

  /** In the order in which they are going to be read. */
  private List<ObjectKey> objects(RestorePlan plan, boolean twice) {
    return plan.fetched().stream()
        .map(RestoreMember::backup)
        .flatMap(
            backup ->
                Stream.concat(
                    reader.objectsToRead(backup).stream(),
                    twice ? ContentReader.objectsOf(backup).stream() : Stream.empty()))
        .toList();
  }
}
