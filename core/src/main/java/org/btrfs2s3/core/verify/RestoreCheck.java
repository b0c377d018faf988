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
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.linux.Directory;
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
  private final LocalSnapshots snapshots;
  private final Findings findings;
  private final DataCheck dataCheck;
  private final VerifyListener listener;

  /** Where each restored subvolume lies, by the UUID of its snapshot. */
  private final Map<UUID, Place> restored = new HashMap<>();

  private final Set<UUID> failed = new HashSet<>();

  /** How many of those that are still to be restored were sent against it. */
  private final Map<UUID, Integer> needed = new HashMap<>();

  private long streamBytes;

  /** Why nothing more can be restored there; null while the scratch file system works. */
  private @Nullable String broken;

  private record Place(Path directory, EntryName name) {}

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
    this.snapshots = snapshots;
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
      if (isThere && chosen.contains(member.uuid()) && compare(member)) {
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
      findings.notChecked(member, member.key(), e.toString());
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
    restored.put(member.uuid(), new Place(target, name));
    long bytes = received.stream().mapToLong(Long::longValue).sum();
    streamBytes += bytes;
    listener.on(new VerifyEvent.Restored(member, bytes));
    return true;
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
    var message = failures.isEmpty() ? "it could not be restored" : failures.getFirst().message();
    var fault = ScratchFault.of(message, scratch);
    if (fault.isPresent()) {
      findings.notChecked(member, member.key(), fault.get() + ": " + message);
      return;
    }
    // Whatever else is wrong with it, that has been said then.
    if (dataCheck.check(member).isPresent()) {
      findings.damage(Finding.Kind.NOT_RECEIVED, member, member.key(), message);
    }
  }

  /** Whether everything that can be looked at was. */
  private boolean compare(StoredBackup backup) throws InterruptedException {
    var snapshot = snapshots.find(backup.uuid());
    if (snapshot.isEmpty() && !snapshots.problems().isEmpty()) {
      findings.notChecked(
          backup,
          backup.key(),
          "it can be restored; whether there is a local snapshot to compare with is not known");
      return false;
    }
    if (snapshot.isEmpty()) {
      notCompared(backup, "it can be restored; there is no local snapshot to compare with");
      return true;
    }
    if (snapshot.get().isChanged()) {
      notCompared(
          backup,
          "it can be restored; the local snapshot was changed since it was made, and is nothing to"
              + " compare with");
      return true;
    }
    var place = restored.get(backup.uuid());
    if (place == null) {
      throw new IllegalStateException("not restored: " + backup.key());
    }
    try (var local = open(new Place(snapshot.get().directory(), snapshot.get().name()));
        var copy = open(place)) {
      tell(backup, TreeComparison.of(local, copy));
      return true;
    } catch (IOException e) {
      findings.notChecked(
          backup,
          backup.key(),
          "it can be restored, but not be compared with the local snapshot: " + e.getMessage());
      return false;
    }
  }

  private void notCompared(StoredBackup backup, String message) {
    findings.note(Severity.INFO, Finding.Kind.NOT_COMPARED, backup, backup.key(), message, "");
  }

  private static Directory open(Place place) throws IOException {
    try (var directory = Directory.open(place.directory())) {
      return directory.openChild(place.name().bytes());
    }
  }

  private void tell(StoredBackup backup, TreeDifferences differences) {
    if (differences.count() == 0) {
      listener.on(new VerifyEvent.Identical(backup, differences.entries()));
      return;
    }
    var lines = new ArrayList<>(differences.first());
    long more = differences.count() - lines.size();
    if (more > 0) {
      lines.add("and " + more + " more");
    }
    findings.damage(
        Finding.Kind.DIFFERS_FROM_SNAPSHOT,
        backup,
        backup.key(),
        "what was restored differs from the local snapshot in %d place(s):\n%s"
            .formatted(differences.count(), String.join("\n", lines)));
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
