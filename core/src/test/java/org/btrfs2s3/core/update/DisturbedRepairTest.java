package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Repairs that are killed, or in which something fails. */
final class DisturbedRepairTest extends Repairing {
  @Test
  void aDefectThatOneSourceMeetsStopsNoOther() throws Exception {
    // Invariant 9.
    var data = scene();
    var more = scene(data.world(), "more");
    for (var scene : List.of(data, more)) {
      scene.flip(scene.key(scene.middle())).deleteSnapshot(scene.middle());
    }
    var children = List.of(data.key(data.last()), more.key(more.last()));
    var isHit = new AtomicBoolean();
    data.world()
        .reach(
            "one",
            store ->
                new ForwardingStore(store) {
                  @Override
                  public DeleteReport delete(Collection<ObjectKey> keys)
                      throws RemoteException, InterruptedException {
                    if (isHit.compareAndSet(false, true)) {
                      throw new IllegalStateException("of a library");
                    }
                    return super.delete(keys);
                  }
                });

    var report = data.run(damaged(data.middle(), more.middle()));

    assertThat(report.failures())
        .extracting(Failure::message)
        .filteredOn(message -> message.contains("of a library"))
        .singleElement()
        .asString()
        .contains("unexpected failure");
    assertThat(children)
        .as("replaced by others")
        .filteredOn(data.store().keys()::contains)
        .hasSize(1);
  }

  /** The middle one has no snapshot any more, the first is damaged, the last needs both. */
  private Scene ruin(long segmentBytes) throws Exception {
    var scene = scene(segmentBytes);
    scene.flip(scene.keys(scene.full()).getFirst()).deleteSnapshot(scene.middle());
    scene.flip(scene.keys(scene.middle()).getFirst());
    return scene;
  }

  private static RepairScope ruined(Scene scene) {
    return collecting(damaged(scene.full(), scene.middle()));
  }

  @Test
  void killedRepairIsFinishedByTheNext() throws Exception {
    // Invariant 4.
    for (long size : List.of(WHOLE, SEGMENT_BYTES)) {
      var whole = ruin(size);
      var all = Kill.after(Integer.MAX_VALUE, whole.world());
      assertThat(whole.run(ruined(whole)).failures()).isEmpty();
      requireWhole(whole);
      assertThat(all.effects()).isGreaterThan(3);
      for (int effects = 0; effects < all.effects(); effects++) {
        var scene = ruin(size);
        Kill.after(effects, scene.world());
        assertThat(catchThrowable(() -> scene.run(ruined(scene))))
            .as("killed after %d of %d effects", effects, all.effects())
            .isNotNull();
        requireOldOrNew(scene);
        Kill.never(scene.world());

        scene.run(ruined(scene));

        requireRepaired(scene, whole);
      }
    }
  }

  /** What it has of a backup stays until there is something better. */
  private static void requireOldOrNew(Scene scene) {
    for (var uuid : List.of(scene.full(), scene.last())) {
      assertThat(scene.keys(uuid)).isNotEmpty();
    }
  }

  /** The middle one may be gone already, and then is not found. */
  private void requireRepaired(Scene scene, Scene whole) throws Exception {
    scene.world().run();
    assertThat(scene.world().state()).isEqualTo(whole.world().state());
    requireWhole(scene);
  }

  @Test
  void aRequestThatFailsOnceIsMadeUpForByTheNextRepair() throws Exception {
    failEachRequest((store, request) -> store.fail(request, RemoteException.Kind.TRANSIENT));
  }

  @Test
  void aResponseThatIsLostOnceDoesNoHarm() throws Exception {
    failEachRequest(FaultyStore::loseResponse);
  }

  private interface Fault {
    FaultyStore on(FaultyStore store, Predicate<FaultyStore.Request> request);
  }

  private void failEachRequest(Fault fault) throws Exception {
    for (long size : List.of(WHOLE, SEGMENT_BYTES)) {
      var whole = ruin(size);
      var counting = new FaultyStore(whole.store());
      whole.world().reach("one", _ -> counting);
      whole.run(ruined(whole));
      whole.world().reach("one");
      requireWhole(whole);
      for (var request : counting.requests()) {
        var scene = ruin(size);
        UnaryOperator<BackupStore> door =
            store -> fault.on(new FaultyStore(store), FaultyStore.number(request.number()));
        scene.world().reach("one", door);
        scene.run(ruined(scene));
        requireOldOrNew(scene);
        scene.world().reach("one");

        scene.run(ruined(scene));

        requireRepaired(scene, whole);
      }
    }
  }

  @Test
  void anUploadThatFailsLeavesEverythingThatWasThere() throws Exception {
    // Invariant 2.
    var scene = ruin(WHOLE);
    Map<ObjectKey, ByteBuffer> before = scene.store().contents();
    scene
        .world()
        .reach(
            "one",
            store ->
                new FaultyStore(store)
                    .fail(
                        FaultyStore.allOf(FaultyStore.Operation.COMMIT),
                        RemoteException.Kind.REFUSED));

    assertThat(scene.run(ruined(scene)).failures()).isNotEmpty();

    assertThat(scene.store().contents()).isEqualTo(before);
  }
}
