package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.policy.Ctransid;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;

/** Builds observations of one source with one remote, for tests of what is made of them. */
public final class Observed {

  public static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  static final UUID SOURCE = new UUID(0, 1000);
  static final RemoteId REMOTE = new RemoteId("one");

  final List<LocalSnapshot> snapshots = new ArrayList<>();
  final List<StoredBackup> backups = new ArrayList<>();
  final List<DamagedBackup> damaged = new ArrayList<>();
  final List<UnfinishedBackup> unfinished = new ArrayList<>();
  final List<UnfinishedUpload> uploads = new ArrayList<>();
  final List<BackupIdentity> unsupported = new ArrayList<>();
  boolean segmented = true;
  PreservationPolicy policy = PreservationPolicy.parse("1y 1m 2d");
  Instant now = NOON;
  long sourceCtransid;
  boolean mayUpload = true;
  boolean away;
  @Nullable Duration clockDifference;
  boolean clockSynchronized = true;

  /** The n-th snapshot's UUID; its ctransid is n too unless said otherwise. */
  public static UUID uuid(int number) {
    return new UUID(0, number);
  }

  Observed snapshot(int number, Instant ctime) {
    return snapshot(number, number, "data.NEW." + number, new Standing.Ours(), ctime);
  }

  Observed snapshot(int number, long ctransid, String name, Standing standing, Instant ctime) {
    snapshots.add(
        new LocalSnapshot(
            uuid(number),
            name,
            false,
            Ctransid.ofKernel(ctransid),
            Ctransid.ofKernel(1000 + number),
            ctime,
            standing,
            LocalSnapshot.Origin.BEFORE_THIS_RUN));
    sourceCtransid = Math.max(sourceCtransid, ctransid);
    return this;
  }

  Observed backup(int number, @Nullable Integer parent, Instant ctime) {
    backups.add(stored(number, parent, ctime, ""));
    return this;
  }

  /**
   * A backup in one object.
   *
   * @param folder tells keys of one backup apart
   */
  public static StoredBackup stored(
      int number, @Nullable Integer parent, Instant ctime, String folder) {
    var identity =
        new BackupIdentity(
            uuid(number),
            SOURCE,
            parent == null ? null : uuid(parent),
            Ctransid.ofKernel(number),
            ctime);
    var key = folder + BackupKey.encode("data", identity, ZoneOffset.UTC, List.of());
    return Catalog.oneObject(
        new StoredObject(new ObjectKey(key), 1, ctime, null),
        (ParsedKey.Known) BackupKey.decode(key));
  }

  Plan plan() {
    return Planner.plan(observation(), new PlanOptions(true, true, false));
  }

  Observation observation() {
    ObservedRemote remote =
        away
            ? new ObservedRemote.Away(REMOTE, "unplugged")
            : new ObservedRemote.Listed(
                REMOTE,
                new Catalog(backups, damaged, unfinished, 0, List.of(), Set.of(), unsupported),
                uploads,
                now,
                clockDifference);
    var source =
        new ObservedSource(
            SOURCE,
            "/data",
            "data",
            Ctransid.ofKernel(sourceCtransid),
            now,
            mayUpload,
            0,
            false,
            snapshots,
            List.of(new UploadTarget(REMOTE, policy, List.of(), segmented)));
    return new Observation(
        now, ZoneOffset.UTC, clockSynchronized, List.of(source), List.of(), List.of(remote));
  }

  static List<UUID> uuids(Integer... numbers) {
    return Arrays.stream(numbers).map(Observed::uuid).toList();
  }
}
