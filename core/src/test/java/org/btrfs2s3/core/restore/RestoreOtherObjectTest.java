package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** Restores from places with several objects of a snapshot, or with none. (Invariant 7.) */
final class RestoreOtherObjectTest extends Restoring {

  @Test
  void anotherObjectOfTheSameSnapshotTakesThePlaceOfADamagedOne() throws Exception {
    for (int number = 0; number < 3; number++) {
      var copy = new ObjectKey(backups.keys.get(number) + ".copy");
      var good = backups.damage(number);
      backups.store.put(copy, good, Map.of());

      var report = latest();

      assertThat(report.failures()).isEmpty();
      assertRestored(2);
      assertThat(events(RestoreEvent.OtherTried.class))
          .singleElement()
          .satisfies(tried -> assertThat(tried.other().backup().key()).isEqualTo(copy));
      btrfs.delete(
          target,
          btrfs.list(target).getFirst().name(),
          btrfs.list(target).getFirst().info().uuid());
      backups.mend(number, good);
      backups.store.remove(copy);
    }
  }

  /** Only {@code btrfs receive} finds out. */
  @Test
  void anotherObjectTakesThePlaceOfOneWhoseStreamCannotBeApplied() throws Exception {
    var copy = new ObjectKey(backups.keys.getFirst() + ".copy");
    backups.store.put(copy, backups.store.content(backups.keys.getFirst()), Map.of());
    var listed = Catalog.of(backups.store.list().objects()).backups().getFirst().identity();
    var identity = new StreamIdentity(listed.uuid(), listed.ctransid(), null);
    var inapplicable = SendStreamWriter.v1().begin("data", identity).unlink("nowhere").end();
    backups.store.put(backups.keys.getFirst(), inapplicable.toByteArray(), Map.of());

    var report = latest();

    assertThat(report.failures()).isEmpty();
    assertThat(events(RestoreEvent.OtherTried.class))
        .singleElement()
        .satisfies(
            tried -> {
              assertThat(tried.other().backup().key()).isEqualTo(copy);
              assertThat(tried.failure().message()).contains("unlink nowhere");
            });
    assertRestored(2);
  }

  /** It would be fetched for nothing. */
  @Test
  void nothingElseIsTriedWhereTheTargetIsFull() throws Exception {
    backups.store.put(
        new ObjectKey(backups.keys.getFirst() + ".copy"),
        backups.store.content(backups.keys.getFirst()),
        Map.of());
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Fetching) {
            btrfs.failNextSync(
                new BtrfsException(
                    "cannot sync: ENOSPC (No space left on device)", "ENOSPC", null));
          }
        };
    checkpoints = new Checkpoints(Long.MAX_VALUE, Duration.ofDays(1), 1);

    restore(new Selection.Snapshot(backups.uuids.getFirst()));

    assertThat(events(RestoreEvent.OtherTried.class)).isEmpty();
    assertThat(fetched()).hasSize(1);
  }

  @Test
  void theWritableSnapshotIsMadeWhicheverObjectWasTaken() throws Exception {
    writable = "mine";
    backups.store.put(new ObjectKey(backups.keys.get(2) + ".copy"), backups.damage(2), Map.of());

    var report = latest();

    assertThat(report.failures()).isEmpty();
    assertThat(report.writable()).isEqualTo("mine");
    assertThat(btrfs.content(target.resolve("mine"))).isEqualTo(Backups.content(2));
  }

  /** Invariant 7: it would get the name of the state that was asked for. */
  @Test
  void anObjectOfAnotherStateOfTheSnapshotIsNotTried() throws Exception {
    var uuid = backups.uuids.getFirst();
    var listed = Catalog.of(backups.store.list().objects()).backups().getFirst();
    assertThat(listed.uuid()).isEqualTo(uuid);
    var earlier = Ctransid.ofKernel(listed.identity().ctransid().value().longValue() - 1);
    var identity =
        new BackupIdentity(uuid, listed.source(), null, earlier, listed.identity().ctime());
    backups.store.put(
        new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of())),
        SendStreamWriter.stream("data", new StreamIdentity(uuid, earlier, null), new byte[9]),
        Map.of());
    var good = backups.damage(0);

    var report = restore(new Selection.Snapshot(uuid));

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures()).hasSize(1);
    assertThat(names()).isEmpty();
    backups.mend(0, good);
    assertThat(restore(new Selection.Snapshot(uuid)).failures()).isEmpty();
    assertRestored(0);
  }

  @Test
  void allObjectsOfASnapshotThatCannotBeRestoredAreNamed() throws Exception {
    var copy = new ObjectKey(backups.keys.getFirst() + ".copy");
    backups.damage(0);
    backups.store.put(copy, new byte[3], Map.of());

    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures().getFirst().message())
        .contains(
            backups.keys.getFirst().value(), "another object of the same snapshot is " + copy);
    assertThat(names()).isEmpty();
  }

  /** Of a remote that is away nothing else is to be had either. */
  @Test
  void nothingElseIsTriedWhereTheRemoteIsAway() throws Exception {
    backups.store.put(
        new ObjectKey(backups.keys.getFirst() + ".copy"),
        backups.store.content(backups.keys.getFirst()),
        Map.of());
    var store =
        new FaultyStore(backups.store)
            .fail(
                request -> request.operation() == FaultyStore.Operation.OPEN,
                RemoteException.Kind.TRANSIENT);

    restore(new Selection.Latest(), store);

    assertThat(events(RestoreEvent.OtherTried.class)).isEmpty();
  }

  @Test
  void aPlaceWithoutBackupsIsNamed() {
    var empty = new FaultyStore(new MemoryStore());

    assertThatThrownBy(() -> restore(new Selection.Latest(), empty))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(empty.location())
        .hasMessageContaining("prefix");
  }
}
