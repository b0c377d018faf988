package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** What {@code gc --duplicates} deletes (invariants 3 and 11). */
final class DuplicateCollectionTest extends Collecting {
  @Test
  void deletesCopiesOfABackup() throws Exception {
    var world = world();
    var original = backup(world);
    var copy = new ObjectKey("z/" + original.value());
    store(world).put(copy, store(world).content(original), Map.of());
    assertThat(run(world, OURS).executed()).isZero();

    var report = run(world, DUPLICATES);

    assertThat(store(world).keys()).containsExactly(original);
    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().problems()).isEmpty();
    new Invariants(world, Files.createTempDirectory(directory, "received")).requireRestorable();
  }

  @Test
  void keepsTheSegmentsOfABackupWhoseCommitObjectWasCopied() throws Exception {
    var world = world();
    var whole = Remnants.beside(store(world), backup(world));
    store(world).remove(backup(world));
    var segments = whole.segments(1, LATELY, 0, 1);
    var commit = whole.commit(1, "", 2);
    whole.commit(1, "z/", 2);

    run(world, DUPLICATES);

    assertThat(store(world).keys()).contains(commit).containsAll(segments);
  }

  /** Invariant 3: the copy that somebody began holds a part, and its name comes first. */
  @Test
  void neverDeletesWhatDiffers() throws Exception {
    var world = world();
    var original = backup(world);
    var bytes = store(world).content(original);
    var flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    for (var content : List.of(Arrays.copyOf(bytes, bytes.length / 2), flipped)) {
      for (var copy : List.of("K.copy", "K.a.zst", "0/K", "z/K")) {
        var key = new ObjectKey(copy.replace("K", original.value()));
        store(world).put(key, content, Map.of());
        var before = store(world).contents();

        var report = run(world, DUPLICATES);

        assertThat(store(world).contents()).isEqualTo(before);
        assertThat(report.executed()).isZero();
        assertThat(report.failures())
            .singleElement()
            .satisfies(
                failure ->
                    assertThat(failure.message())
                        .contains(key.value(), original.value(), "not deleted", "by hand"));
        store(world).remove(key);
      }
    }
  }

  /** Nor what cannot be compared. */
  @Test
  void keepsACopyIfOneOfTheTwoCannotBeRead() throws Exception {
    var world = world();
    var original = backup(world);
    var copy = new ObjectKey("z/" + original.value());
    store(world).put(copy, store(world).content(original), Map.of());
    for (var unreadable : List.of(original, copy)) {
      world.reach(
          "one",
          store ->
              new FaultyStore(store)
                  .fail(
                      request ->
                          request.operation() == Operation.OPEN
                              && request.keys().contains(unreadable),
                      RemoteException.Kind.FROZEN));

      var report = run(world, DUPLICATES);

      assertThat(report.failures()).hasSize(1);
      assertThat(store(world).keys()).containsExactlyInAnyOrder(original, copy);
    }
  }

  @Test
  void keepsADamagedBackupBesideAWholeOneForARepair() throws Exception {
    var world = world();
    var damaged = Remnants.beside(store(world), backup(world));
    damaged.segments(1, LATELY, 0, 2);
    damaged.commit(1, "", 3);
    var before = store(world).contents();

    var report = run(world, DUPLICATES);

    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(report.failures())
        .anySatisfy(failure -> assertThat(failure.message()).contains("repair deletes it"));
  }

  @Test
  void changesNothingUnlessConfirmed() throws Exception {
    var world = world();
    var copy = new ObjectKey("z/" + backup(world).value());
    store(world).put(copy, store(world).content(backup(world)), Map.of());
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    var before = store(world).contents();

    var report = run(world, DUPLICATES, plan -> plan.isGarbageOnly());

    assertThat(report.approved()).isFalse();
    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(begun(world)).hasSize(1);
  }
}
