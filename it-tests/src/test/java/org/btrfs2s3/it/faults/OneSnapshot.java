package org.btrfs2s3.it.faults;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.SnapshotName;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.ReceiveSink;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.btrfs.WriteWatch;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/** A file system with one source and one snapshot of it, which has its final name already. */
final class OneSnapshot implements Btrfs {
  private final String base;
  private final BackupIdentity identity;
  private final ScriptedSend.Script script;

  /**
   * @param script what {@code btrfs send} of the snapshot writes
   */
  OneSnapshot(String base, BackupIdentity identity, ScriptedSend.Script script) {
    this.base = base;
    this.identity = identity;
    this.script = script;
  }

  @Override
  public SubvolumeInfo inspect(Path subvolume) {
    return info(identity.source(), null, false);
  }

  @Override
  public SubvolumeInfo inspect(Path directory, EntryName name) {
    throw unexpected();
  }

  @Override
  public long owner(Path directory, EntryName name) {
    throw unexpected();
  }

  @Override
  public List<SubvolumeEntry> list(Path directory) {
    String name = SnapshotName.of(base, identity.ctime(), identity.ctransid(), Uploading.ZONE);
    return List.of(
        new SubvolumeEntry(EntryName.of(name), info(identity.uuid(), identity.source(), true)));
  }

  private SubvolumeInfo info(UUID uuid, @Nullable UUID parent, boolean readOnly) {
    Ctransid none = Ctransid.ofKernel(0);
    Instant ctime = identity.ctime();
    Ctransid changed = identity.ctransid();
    return new SubvolumeInfo(
        257, uuid, parent, null, readOnly, changed, changed, none, none, 0, ctime);
  }

  @Override
  public SendStream send(
      Path directory, EntryName name, @Nullable EntryName parent, SendMode mode) {
    return new ScriptedSend(script);
  }

  @Override
  public int countNested(Path subvolume) {
    return 0;
  }

  @Override
  public void sync(Path path) {}

  @Override
  public WriteWatch watchWrites(Path path) {
    throw unexpected();
  }

  @Override
  public boolean exists(Path directory, EntryName name) {
    throw unexpected();
  }

  @Override
  public void createSnapshot(Path source, Path directory, EntryName name) {
    throw unexpected();
  }

  @Override
  public void createWritableSnapshot(Path source, Path directory, EntryName name) {
    throw unexpected();
  }

  @Override
  public long freeBytes(Path path) {
    throw unexpected();
  }

  @Override
  public void rename(Path directory, EntryName from, EntryName to) {
    throw unexpected();
  }

  @Override
  public void delete(Path directory, EntryName name, UUID uuid) {
    throw unexpected();
  }

  @Override
  public DeviceAccess deviceAccess(Path directory) {
    throw unexpected();
  }

  @Override
  public ReceiveSink receive(Path directory, DeviceAccess devices) {
    throw unexpected();
  }

  @Override
  public void setReceived(
      Path directory, EntryName name, UUID receivedUuid, Ctransid stransid, int mark) {
    throw unexpected();
  }

  @Override
  public List<SubvolumeInfo> listFileSystem(Path path) {
    throw unexpected();
  }

  private static AssertionError unexpected() {
    return new AssertionError("one snapshot that is named finally needs to be sent, nothing else");
  }
}
