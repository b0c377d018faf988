package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.linux.Directory;

/** Compares what was restored with the local snapshots, as far as these still are what was sent. */
record SnapshotComparison(
    Btrfs btrfs, LocalSnapshots snapshots, Findings findings, VerifyListener listener) {

  private static final String VANISHED =
      "it can be restored; the local snapshot was deleted or changed meanwhile";

  /** Where a subvolume lies. */
  record Place(Path directory, EntryName name) {}

  /** Whether everything that can be looked at was. */
  boolean isMade(StoredBackup backup, Place restored) throws InterruptedException {
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
    try (var local = open(new Place(snapshot.get().directory(), snapshot.get().name()));
        var copy = open(restored)) {
      var differences = TreeComparison.of(local, copy);
      if (differences.count() > 0 && !isStill(snapshot.get())) {
        notCompared(backup, VANISHED);
      } else {
        tell(backup, differences);
      }
      return true;
    } catch (IOException e) {
      if (!isStill(snapshot.get())) {
        notCompared(backup, VANISHED);
        return true;
      }
      findings.notChecked(
          backup,
          backup.key(),
          "it can be restored, but not be compared with the local snapshot: " + e.getMessage());
      return false;
    }
  }

  /** Nobody is locked out: an update may delete it, and then its files seem to be missing. */
  private boolean isStill(LocalSnapshots.Place snapshot) {
    try {
      var now = btrfs.inspect(snapshot.directory(), snapshot.name());
      return now.uuid().equals(snapshot.info().uuid())
          && now.readOnly()
          && now.ctransid().equals(snapshot.info().ctransid());
    } catch (BtrfsException _) {
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
}
