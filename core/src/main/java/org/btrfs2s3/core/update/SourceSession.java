package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.core.backup.SnapshotName;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.Standing;
import org.jspecify.annotations.Nullable;

/**
 * A source during one run: its subvolume as it was found at the beginning, and what was learnt of
 * its snapshots since. Safe for use by several threads.
 */
final class SourceSession {

  private final SourceSetup setup;
  private final Btrfs btrfs;
  private final UUID uuid;
  private final boolean mayUpload;
  private final SnapshotsPlace place;

  /** Guarded by this: snapshots that cannot be used in this run, with the reason. */
  private final Map<UUID, String> unusable = new HashMap<>();

  /** Guarded by this: what was there when the run began; null before the first observation. */
  private @Nullable List<UUID> before;

  SourceSession(
      SourceSetup setup, Btrfs btrfs, UUID uuid, boolean mayUpload, SnapshotsPlace place) {
    this.setup = setup;
    this.btrfs = btrfs;
    this.uuid = uuid;
    this.mayUpload = mayUpload;
    this.place = place;
  }

  SourceSetup setup() {
    return setup;
  }

  UUID uuid() {
    return uuid;
  }

  TargetSetup target(RemoteId remote) {
    return setup.targets().stream()
        .filter(target -> target.remote().equals(remote))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a target: " + remote));
  }

  /** A snapshot could not be sent, or be sent against: it is not used again in this run. */
  synchronized void sendFailed(UUID snapshot, String reason) {
    unusable.putIfAbsent(
        snapshot,
        "it could not be read (" + reason + "); it is kept, check the disk, or delete it yourself");
  }

  /** How many snapshots turned out to be unusable. */
  synchronized int unusableCount() {
    return unusable.size();
  }

  synchronized ObservedSource observe() throws BtrfsException {
    btrfs.sync(setup.path());
    var info = btrfs.inspect(setup.path());
    if (!info.uuid().equals(uuid)) {
      throw new BtrfsException("another subvolume took the place of " + setup.path(), "", null);
    }
    var entries = snapshotEntries();
    if (before == null) {
      before = entries.stream().map(entry -> entry.info().uuid()).toList();
    }
    return new ObservedSource(
        uuid,
        setup.path().toString(),
        setup.base(),
        info.ctransid(),
        info.ctime(),
        mayUpload,
        foreignNested(),
        place == SnapshotsPlace.INSIDE,
        entries.stream().map(this::snapshot).toList(),
        setup.targets().stream().map(TargetSetup::forPlan).toList());
  }

  /** Nested subvolumes but for our own: the snapshots directory and what is in it. */
  private int foreignNested() throws BtrfsException {
    int own =
        switch (place) {
          case OUTSIDE -> 0;
          case INSIDE -> btrfs.list(setup.snapshots()).size();
          case NESTED -> 1 + nestedInSnapshots();
        };
    return Math.max(0, btrfs.countNested(setup.path()) - own);
  }

  private int nestedInSnapshots() throws BtrfsException {
    try {
      return btrfs.countNested(setup.snapshots());
    } catch (BtrfsException _) {
      // A plain directory in somebody else's nested subvolume.
      return btrfs.list(setup.snapshots()).size();
    }
  }

  /** Every read-only snapshot of the source that lies in the snapshots directory. */
  private List<SubvolumeEntry> snapshotEntries() throws BtrfsException {
    return btrfs.list(setup.snapshots()).stream()
        .filter(entry -> uuid.equals(entry.info().parentUuid()))
        .filter(entry -> entry.info().readOnly())
        .toList();
  }

  private LocalSnapshot snapshot(SubvolumeEntry entry) {
    var info = entry.info();
    var origin =
        before != null && before.contains(info.uuid())
            ? LocalSnapshot.Origin.BEFORE_THIS_RUN
            : LocalSnapshot.Origin.IN_THIS_RUN;
    return new LocalSnapshot(
        info.uuid(),
        entry.name().toString(),
        SnapshotName.isFinal(setup.base(), entry.name().toString()),
        info.ctransid(),
        info.otransid(),
        info.ctime(),
        standing(entry),
        origin);
  }

  private Standing standing(SubvolumeEntry entry) {
    if (!isOurs(entry.name())) {
      return new Standing.Users();
    }
    var reason = whyUnusable(entry.info());
    return reason == null ? new Standing.Ours() : new Standing.Unusable(reason);
  }

  private boolean isOurs(EntryName name) {
    var text = name.toString();
    boolean isUtf8 = EntryName.of(text).equals(name);
    return setup.manageAllSnapshots() || (isUtf8 && SnapshotName.matches(setup.base(), text));
  }

  private @Nullable String whyUnusable(SubvolumeInfo info) {
    if (info.receivedUuid() != null) {
      return "it carries the identity of a received subvolume ("
          + info.receivedUuid()
          + "), and so would its stream; back up a writable snapshot of it instead";
    }
    if (info.changedAfterCreation()) {
      return "it was changed after its creation and is not what the source was; "
          + "it is neither sent nor deleted: delete it yourself when you do not need it";
    }
    return unusable.get(info.uuid());
  }

  /** The snapshot's entry now, if it still is one that may be sent or deleted. */
  synchronized Optional<SubvolumeEntry> usableEntry(UUID snapshot) throws BtrfsException {
    return snapshotEntries().stream()
        .filter(entry -> entry.info().uuid().equals(snapshot))
        .filter(entry -> standing(entry) instanceof Standing.Ours)
        .findFirst();
  }

  /**
   * Begins to send.
   *
   * @throws BtrfsException if one of the snapshots may not be sent any more
   * @throws IOException if the send cannot be started, which is not the snapshots' fault
   */
  SendStream send(SentSnapshot what, SendMode mode) throws IOException {
    var name = requireUsable(what.uuid()).name();
    var parent = what.parent();
    var parentName = parent == null ? null : requireUsable(parent).name();
    try {
      return btrfs.send(setup.snapshots(), name, parentName, mode);
    } catch (BtrfsException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * What is sent may still be.
   *
   * @throws BtrfsException if it may not
   */
  void requireUsable(SentSnapshot what) throws BtrfsException {
    requireUsable(what.uuid());
    var parent = what.parent();
    if (parent != null) {
      requireUsable(parent);
    }
  }

  SubvolumeEntry requireUsable(UUID snapshot) throws BtrfsException {
    return usableEntry(snapshot)
        .orElseThrow(
            () ->
                new BtrfsException(
                    "snapshot " + snapshot + " was deleted or changed during this run", "", null));
  }
}
