package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.restore.Precautions;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreException;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.BackupStore;
import org.jspecify.annotations.Nullable;

/**
 * Restores backups with their chains into a scratch file system, as users do, and compares each
 * with its local snapshot. Every object is fetched once; a subvolume stays only as long as it is
 * needed as send parent.
 */
final class RestoreCheck {

  private final Btrfs btrfs;
  private final BackupStore store;
  private final Catalog catalog;
  private final ContentReader reader;
  private final SnapshotComparison comparison;
  private final Findings findings;
  private final DataCheck dataCheck;
  private final VerifyListener listener;

  /** Where each restored subvolume lies, by the UUID of its snapshot. */
  private final Map<UUID, SnapshotComparison.Place> restored = new HashMap<>();

  private final Set<UUID> failed = new HashSet<>();

  /** How many of those that are still to be restored were sent against it. */
  private final Map<UUID, Integer> needed = new HashMap<>();

  private long streamBytes;

  /** Why nothing more can be restored there; null while the scratch file system works. */
  private @Nullable String broken;

  /**
   * @param catalog what was listed of the store; it is not listed anew for each backup
   */
  RestoreCheck(
      Btrfs btrfs,
      BackupStore store,
      Catalog catalog,
      ContentReader reader,
      LocalSnapshots snapshots,
      Findings findings,
      DataCheck dataCheck,
      VerifyListener listener) {
    this.btrfs = btrfs;
    this.store = store;
    this.catalog = catalog;
    this.reader = reader;
    this.comparison = new SnapshotComparison(btrfs, snapshots, findings, listener);
    this.findings = findings;
    this.dataCheck = dataCheck;
    this.listener = listener;
  }

  /** Of the send streams that were received. */
  long streamBytes() {
    return streamBytes;
  }

  /**
   * Restores chains.
   *
   * @param chains of the backups that were chosen, each with the full one first
   * @param scratch a directory on the scratch file system
   * @return those of the chosen that were restored, and compared where that is possible
   */
  Set<UUID> check(List<List<StoredBackup>> chains, Path scratch) throws InterruptedException {
    Map<UUID, StoredBackup> members = new LinkedHashMap<>();
    chains.forEach(chain -> chain.forEach(member -> members.putIfAbsent(member.uuid(), member)));
    for (var member : members.values()) {
      var parent = member.identity().sendParent();
      if (parent != null) {
        needed.merge(parent, 1, Integer::sum);
      }
    }
    Set<UUID> chosen = new HashSet<>();
    chains.forEach(chain -> chosen.add(chain.getLast().uuid()));
    Set<UUID> checked = new HashSet<>();
    int number = 0;
    for (var member : members.values()) {
      listener.on(new VerifyEvent.Checking(member, ++number, members.size()));
      if (broken != null) {
        findings.notChecked(member, member.key(), broken);
        continue;
      }
      boolean isThere = restore(member, scratch);
      if (isThere && chosen.contains(member.uuid()) && comparison.isMade(member, place(member))) {
        checked.add(member.uuid());
      }
      release(member);
    }
    return checked;
  }

  private boolean restore(StoredBackup member, Path scratch) throws InterruptedException {
    var parent = member.identity().sendParent();
    if (parent != null && failed.contains(parent)) {
      failed.add(member.uuid());
      findings.notChecked(
          member, member.key(), "its send parent " + parent + " could not be restored");
      return false;
    }
    // One for each source, as sources may have backups of one name.
    var target = scratch.resolve(member.source().toString());
    List<Long> received = new ArrayList<>();
    List<Failure> otherTried = new ArrayList<>();
    var restore =
        new Restore(btrfs, store, reader, target, event -> note(event, received, otherTried))
            .of(catalog);
    RestoreReport report;
    try {
      createPrivate(target);
      report =
          restore.run(
              new RestoreOptions(
                  new Selection.Snapshot(member.uuid()),
                  member.source(),
                  false,
                  null,
                  new Precautions(parentOf(member), false, false, "")));
    } catch (RestoreException | LockedException e) {
      failed.add(member.uuid());
      findings.notChecked(member, member.key(), String.valueOf(e.getMessage()));
      return false;
    } catch (IOException e) {
      // Of the scratch file system: that says nothing of the backup.
      failed.add(member.uuid());
      var words = Objects.requireNonNullElse(e.getMessage(), e.toString());
      var fault = ScratchFault.of(words.replace(scratch.toString(), ""), scratch);
      findings.notChecked(
          member, member.key(), fault.map(what -> what + ": " + words).orElse(words));
      return false;
    }
    if (report.restored().isEmpty()) {
      failed.add(member.uuid());
      failed(member, report.failures(), scratch);
      return false;
    }
    if (!otherTried.isEmpty()) {
      failed(member, otherTried, scratch); // Although a second object of it could be restored.
    }
    var name = EntryName.of(report.restored().getFirst().finalName());
    restored.put(member.uuid(), new SnapshotComparison.Place(target, name));
    long bytes = received.stream().mapToLong(Long::longValue).sum();
    streamBytes += bytes;
    listener.on(new VerifyEvent.Restored(member, bytes));
    return true;
  }

  private SnapshotComparison.Place place(StoredBackup member) {
    return Objects.requireNonNull(restored.get(member.uuid()), () -> "not restored: " + member);
  }

  /** Nobody else can enter it. */
  private static void createPrivate(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Restored by this check, and out of reach of its owner since: it can be vouched for. */
  private List<Path> parentOf(StoredBackup member) {
    var parent = member.identity().sendParent();
    var place = parent == null ? null : restored.get(parent);
    return place == null ? List.of() : List.of(place.directory().resolve(place.name().toString()));
  }

  private static void note(RestoreEvent event, List<Long> received, List<Failure> otherTried) {
    if (event instanceof RestoreEvent.Received(var _, long bytes)) {
      received.add(bytes);
    } else if (event instanceof RestoreEvent.OtherTried(var _, var failure)) {
      otherTried.add(failure);
    }
  }

  /** Reads what could not be restored once more, to learn whose fault it was. */
  private void failed(StoredBackup member, List<Failure> failures, Path scratch)
      throws InterruptedException {
    var failure =
        failures.isEmpty()
            ? new Failure(Failure.Kind.LOCAL, "it could not be restored")
            : failures.getFirst();
    boolean isLocal = failure.kind() == Failure.Kind.LOCAL;
    // What is wrong with it is said by reading it.
    if (!isLocal && dataCheck.check(member, null).isEmpty()) {
      return;
    }
    if (failure.kind() == Failure.Kind.REMOTE_AWAY) {
      findings.notChecked(
          member,
          member.key(),
          "it could not be fetched to be restored, though it could be read a moment later: "
              + failure.message());
      return;
    }
    var fault = ScratchFault.of(ownWords(failure, member, scratch), scratch);
    if (fault.isPresent()) {
      findings.notChecked(member, member.key(), fault.get() + ": " + failure.message());
    } else if (!isLocal || dataCheck.check(member, null).isPresent()) {
      findings.damage(Finding.Kind.NOT_RECEIVED, member, member.key(), failure.message());
    }
  }

  /** A source may be called like an error. */
  private static String ownWords(Failure failure, StoredBackup member, Path scratch) {
    var words = failure.message();
    int others = words.indexOf("; another object of the same snapshot");
    return (others < 0 ? words : words.substring(0, others))
        .replace(member.key().value(), "")
        .replace(scratch.toString(), "");
  }

  /** Deletes what nobody needs any more: itself, and then perhaps its send parent. */
  private void release(StoredBackup member) {
    try {
      if (needed.getOrDefault(member.uuid(), 0) == 0) {
        delete(member.uuid());
      }
      var parent = member.identity().sendParent();
      if (parent != null && needed.merge(parent, -1, Integer::sum) == 0) {
        delete(parent);
      }
    } catch (BtrfsException e) {
      // What was found before stays true and is to be told.
      broken =
          "the scratch file system cannot be used any more ("
              + e.getMessage()
              + "): is the disk below --scratch full or broken? Free some space there, or choose"
              + " another directory, and verify again";
    }
  }

  private void delete(UUID uuid) throws BtrfsException {
    var place = restored.remove(uuid);
    if (place != null) {
      var info = btrfs.inspect(place.directory(), place.name());
      btrfs.delete(place.directory(), place.name(), info.uuid());
    }
  }
}
