package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.SOURCE;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.TODAY;
import static org.btrfs2s3.core.verify.Verifying.assertClean;
import static org.btrfs2s3.core.verify.Verifying.only;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listing alone shows, and what it means for those that need it (invariants 3 and 9). */
final class ListingCheckTest {

  @TempDir private Path directory = Path.of("");

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;
  private final FakeBtrfs btrfs = verifying.btrfs;

  @Test
  void aMissingParentNamesAllThatNeedIt() throws Exception {
    stored.whole(1, 0);
    store.remove(stored.whole(2, 1));
    stored.whole(3, 2);
    stored.whole(4, 3);
    stored.whole(5, 1);

    var report = verifying.run(Level.LISTING);
    var finding = only(report, Finding.Kind.PARENT_MISSING);

    assertThat(finding.uuid()).isEqualTo(uuid(2));
    assertThat(finding.dependents()).containsExactly(uuid(3), uuid(4));
    assertThat(finding.severity()).as("no snapshots here").isEqualTo(Severity.CRITICAL);
    assertThat(report.findings()).hasSize(1);
    assertThat(report.unrestorable()).containsExactlyInAnyOrder(uuid(2), uuid(3), uuid(4));
  }

  @Test
  void aSourceWithoutAnyChainIsLost() throws Exception {
    store.remove(stored.whole(1, 0));
    stored.whole(2, 1);

    assertThat(only(verifying.run(Level.LISTING), Finding.Kind.SOURCE_LOST).source())
        .isEqualTo(SOURCE);

    stored.whole(3, 0);
    assertThat(verifying.run(Level.LISTING).findings())
        .noneMatch(finding -> finding.kind() == Finding.Kind.SOURCE_LOST);
  }

  @Test
  void whatLacksOnlyWhatHasASnapshotIsNotLost() throws Exception {
    var source = directory.resolve("data");
    var sourceUuid = btrfs.addSource(source);
    var snapshots = Files.createDirectory(directory.resolve("snapshots"));
    var name = EntryName.of("data.2026-01-01T00:00:00+00:00.1");
    btrfs.createSnapshot(source, snapshots, name);
    var parent = btrfs.list(snapshots).getFirst().info().uuid();
    var child =
        new BackupIdentity(
            uuid(2), sourceUuid, parent, identity(2, 1).ctransid(), identity(2, 1).ctime());
    store.put(Stored.key(child), Stored.stream(child), Stored.metadata(child));

    var finding = only(verify(source, snapshots), Finding.Kind.PARENT_MISSING);

    assertThat(finding.uuid()).isEqualTo(parent);
    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    assertThat(finding.advice()).endsWith("btrfs2s3 repair --remote one");

    // The user's own are never sent.
    btrfs.rename(snapshots, name, EntryName.of("mine"));
    assertThat(only(verify(source, snapshots), Finding.Kind.PARENT_MISSING).severity())
        .isEqualTo(Severity.CRITICAL);
  }

  private VerifyReport verify(Path source, Path snapshots) throws Exception {
    return verifying.run(
        Verifying.all(Level.LISTING), new SourcePlace(source, snapshots, "data", false));
  }

  @Test
  void whatHasASnapshotIsAnErrorThatRepairCuresAndNotLost() throws Exception {
    var source = directory.resolve("data");
    var sourceUuid = btrfs.addSource(source);
    var snapshots = Files.createDirectory(directory.resolve("snapshots"));
    btrfs.createSnapshot(source, snapshots, EntryName.of("data.2026-01-01T00:00:00+00:00.1"));
    var snapshot = btrfs.list(snapshots).getFirst().info().uuid();
    var identity =
        new BackupIdentity(
            snapshot, sourceUuid, null, identity(1, 0).ctransid(), identity(1, 0).ctime());
    store.put(Stored.key(identity), new byte[0], Stored.metadata(identity));

    var report = verify(source, snapshots);
    var finding = only(report, Finding.Kind.EMPTY);

    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    assertThat(finding.advice()).endsWith("btrfs2s3 repair --remote one --backup " + snapshot);
    assertThat(report.damaged()).containsExactly(snapshot);
  }

  @Test
  void holesAndLostCommitObjects() throws Exception {
    var commit = stored.segmented(1, 0);
    stored.whole(2, 1);
    var document = store.content(commit);

    store.remove(Stored.segment(identity(1, 0), 1));
    var holes = only(verifying.run(Level.LISTING), Finding.Kind.SEGMENTS_MISSING);
    assertThat(holes.uuid()).isEqualTo(uuid(1));
    assertThat(holes.dependents()).containsExactly(uuid(2));
    assertThat(holes.message()).contains("1 of its segments").contains("number 1");

    stored.segmented(1, 0);
    store.remove(commit);
    var lost = only(verifying.run(Level.LISTING), Finding.Kind.COMMIT_MISSING);
    assertThat(lost.severity()).isEqualTo(Severity.ERROR);
    assertThat(lost.advice()).contains("repair --remote one --commit " + uuid(1));

    store.put(commit, document, Map.of());
    assertClean(verifying.run(Level.LISTING));
  }

  @Test
  void aBackupOfWhichOnlyMetadataAreLeftIsNamed() throws Exception {
    // Nothing was sent against it, so that no chain tells that it is gone.
    DirectoryStore.createMarker(directory.resolve("remote"));
    try (var remote = DirectoryStore.at(directory.resolve("remote"))) {
      for (var identity : List.of(identity(1, 0), identity(2, 1))) {
        var stream = Stored.stream(identity);
        try (var pending =
            remote.create(
                new NewObject(inParis(identity), Stored.metadata(identity), stream.length))) {
          pending.write(stream, 0, stream.length);
          pending.commit();
        }
      }
      assertClean(verifying.run(remote, Level.LISTING));
      Files.delete(directory.resolve("remote").resolve(inParis(identity(2, 1)).value()));

      var report = verifying.run(remote, Level.LISTING);

      assertThat(report.findings()).hasSize(1);
      assertThat(only(report, Finding.Kind.HIDDEN))
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.uuid()).isEqualTo(uuid(2));
                assertThat(finding.message()).contains("a snapshot of 2026-02-11T13:00:02+01:00");
              });
      remote.delete(List.of(inParis(identity(1, 0))));
      assertThat(verifying.run(remote, Level.LISTING).findings()).as("deleted as usual").hasSize(1);
    }
  }

  private static ObjectKey inParis(BackupIdentity identity) {
    return new ObjectKey(BackupKey.encode("data", identity, ZoneId.of("Europe/Paris"), List.of()));
  }

  @Test
  void onlyTheSourceThatWasAskedFor() throws Exception {
    store.remove(stored.whole(1, 0));
    stored.whole(2, 1);

    var report =
        verifying.run(
            new VerifyOptions(Level.LISTING, new Sample.All(), TODAY, new UUID(8, 8), null));

    assertThat(report.findings()).isEmpty();
    assertThat(report.backups()).isZero();
  }

  @Test
  void whatOnlyALaterVersionCanReadIsNeitherRightNorDamaged() throws Exception {
    // Invariant 9; nor is what was sent against it.
    stored.later(1, 0);
    stored.whole(2, 1);
    stored.whole(3, 2);

    var report = verifying.run(Level.LISTING);

    assertThat(report.hasDamage()).as("%s", report.findings()).isFalse();
    assertThat(report.notChecked())
        .extracting(NotChecked::uuid)
        .containsExactlyInAnyOrder(uuid(1), uuid(2));
    assertThat(report.notChecked())
        .allSatisfy(
            what ->
                assertThat(what.message()).contains("only a later version", uuid(1).toString()));

    // Something of a later version beside the backup itself is of no account.
    stored.whole(1, 0);
    assertThat(verifying.run(Level.LISTING).notChecked()).isEmpty();
  }

  @Test
  void whatHasASnapshotIsNotLostWithItsParent() throws Exception {
    var source = directory.resolve("data");
    var sourceUuid = btrfs.addSource(source);
    var snapshots = Files.createDirectory(directory.resolve("snapshots"));
    btrfs.createSnapshot(source, snapshots, EntryName.of("data.2026-01-01T00:00:00+00:00.1"));
    var here = btrfs.list(snapshots).getFirst().info().uuid();
    for (var child : List.of(here, uuid(2))) {
      var identity =
          new BackupIdentity(
              child, sourceUuid, uuid(1), identity(2, 1).ctransid(), identity(2, 1).ctime());
      store.put(Stored.key(identity), Stored.stream(identity), Stored.metadata(identity));
    }

    var finding = only(verify(source, snapshots), Finding.Kind.PARENT_MISSING);

    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(finding.dependents()).containsExactlyInAnyOrder(here, uuid(2));
    assertThat(finding.advice()).contains(uuid(2).toString()).doesNotContain(here.toString());
  }
}
