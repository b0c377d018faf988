package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
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
