package org.btrfs2s3.core.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.jspecify.annotations.Nullable;

/** A chain of backups of a source on one file system, to be restored to another one. */
final class Backups {

  static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");

  final MemoryStore store = new MemoryStore();

  /** Of each backup: its key. */
  final List<ObjectKey> keys = new ArrayList<>();

  final List<UUID> uuids = new ArrayList<>();

  private final Path home;
  private final FakeBtrfs btrfs;

  /**
   * @param btrfs the file system with the source
   */
  Backups(Path directory, FakeBtrfs btrfs) throws Exception {
    this.home = Files.createDirectories(directory.resolve("home"));
    this.btrfs = btrfs;
    btrfs.addSource(source());
  }

  private Path source() {
    return home.resolve("data");
  }

  Path snapshot(int number) {
    return home.resolve("snapshot" + number);
  }

  /** What the n-th backup holds. */
  static String content(int number) {
    return "state " + number;
  }

  /** Backs up a state, each sent against the one before. */
  Backups backUp(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      int number = uuids.size();
      btrfs.write(source(), content(number), NOON.plusSeconds(number));
      var name = EntryName.of("snapshot" + number);
      btrfs.createSnapshot(source(), home, name);
      store(btrfs.inspect(home, name), name, number);
    }
    return this;
  }

  private void store(SubvolumeInfo info, EntryName name, int number) throws Exception {
    @Nullable UUID parent = number == 0 ? null : uuids.getLast();
    var parentName = number == 0 ? null : EntryName.of("snapshot" + (number - 1));
    var identity =
        new BackupIdentity(
            info.uuid(),
            btrfs.inspect(source()).uuid(),
            parent,
            info.ctransid(),
            NOON.plusSeconds(number));
    var key = new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of()));
    try (var stream = btrfs.send(home, name, parentName, SendMode.DATA)) {
      store.put(key, stream.readAllBytes(), Map.of());
    }
    keys.add(key);
    uuids.add(info.uuid());
  }

  /** Makes a backup unreadable, and returns what it was. */
  byte[] damage(int number) {
    var good = store.content(keys.get(number));
    store.put(keys.get(number), "damaged".getBytes(StandardCharsets.UTF_8), Map.of());
    return good;
  }

  void mend(int number, byte[] good) {
    store.put(keys.get(number), good, Map.of());
  }
}
