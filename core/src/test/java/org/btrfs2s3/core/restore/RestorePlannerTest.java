package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.SegmentedObjects;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RestorePlannerTest {

  private static final UUID DATA = new UUID(0, 100);
  private static final UUID HOME = new UUID(0, 200);
  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");

  private final List<StoredObject> objects = new ArrayList<>();

  private static UUID uuid(long number) {
    return new UUID(number << 32, 0);
  }

  /** The n-th backup is n hours after noon. */
  private RestorePlannerTest backup(
      UUID source, String base, int number, @Nullable Integer parent) {
    var identity =
        new BackupIdentity(
            uuid(number),
            source,
            parent == null ? null : uuid(parent),
            Ctransid.ofKernel(number),
            NOON.plusSeconds(3600L * number));
    return object(BackupKey.encode(base, identity, ZONE, List.of()));
  }

  private RestorePlannerTest object(String key) {
    objects.add(new StoredObject(new ObjectKey(key), 10, NOON, null));
    return this;
  }

  private RestorePlan plan(Selection selection, @Nullable UUID source) throws RestoreException {
    return new RestorePlanner(Catalog.of(objects))
        .plan(selection, source, false, (_, _, _) -> new Supply.Fetched());
  }

  private static List<UUID> uuids(RestorePlan plan) {
    return plan.members().stream().map(member -> member.backup().uuid()).toList();
  }

  @Test
  void fetchesTheChainRootFirstAndWantsTheLeafOnly() throws Exception {
    backup(DATA, "data", 3, 2).backup(DATA, "data", 1, null).backup(DATA, "data", 2, 1);

    var plan = plan(new Selection.Latest(), null);

    assertThat(uuids(plan)).containsExactly(uuid(1), uuid(2), uuid(3));
    assertThat(plan.members())
        .extracting(RestoreMember::wanted)
        .containsExactly(false, false, true);
    assertThat(plan.members().getLast().finalName()).isEqualTo("data.2026-02-11T11:30:00-03:30.3");
  }

  @Test
  void takesTheNewestOfEachSource() throws Exception {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, null).backup(HOME, "home", 3, null);

    assertThat(uuids(plan(new Selection.Latest(), null)))
        .containsExactlyInAnyOrder(uuid(2), uuid(3));
    assertThat(uuids(plan(new Selection.Latest(), DATA))).containsExactly(uuid(2));
  }

  @Test
  void atMeansNotAfter() throws Exception {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, null).backup(HOME, "home", 3, null);

    var hourTwo = NOON.plusSeconds(7200);
    assertThat(uuids(plan(new Selection.At(hourTwo), null))).containsExactly(uuid(2));
    assertThat(uuids(plan(new Selection.At(hourTwo.minusMillis(1)), null)))
        .containsExactly(uuid(1));
    assertThat(plan(new Selection.At(hourTwo), null).passedOver())
        .singleElement()
        .asString()
        .contains(HOME.toString(), "home", "oldest 2026-02-11T11:30:00-03:30");
    assertThat(plan(new Selection.At(hourTwo), DATA).passedOver()).isEmpty();
    assertThat(plan(new Selection.At(NOON.plusSeconds(10_800)), null).passedOver()).isEmpty();
    assertThat(plan(new Selection.Snapshot(uuid(1)), null).passedOver()).isEmpty();
    assertThatThrownBy(() -> plan(new Selection.At(NOON), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContainingAll(
            "no backup fits: none is as old as 2026-02-11T08:30:00-03:30", "oldest");
  }

  @Test
  void equalNamesGetTheirUuid() throws Exception {
    backup(DATA, "data", 1, null);
    object(objects.getFirst().key().value().replace("uuid00000001", "uuid00000009"));

    assertThat(plan(new Selection.All(), null).members())
        .extracting(RestoreMember::finalName)
        .containsExactlyInAnyOrder(
            "data.2026-02-11T09:30:00-03:30.1.00000001",
            "data.2026-02-11T09:30:00-03:30.1.00000009");
  }

  @Test
  void namesAreFitForADirectory() throws Exception {
    backup(DATA, ".hidden\tname\u009b\u202e", 1, null).backup(HOME, "ä".repeat(120), 2, null);

    assertThat(plan(new Selection.All(), null).members())
        .extracting(RestoreMember::finalName)
        .anySatisfy(name -> assertThat(name).startsWith("_hidden_name__.2026"))
        .anySatisfy(name -> assertThat(name).startsWith("ää").hasSizeLessThan(250));
  }

  @Test
  void aChainThatLeadsBackToItselfIsRefused() {
    backup(DATA, "data", 1, 2).backup(DATA, "data", 2, 1);

    assertThatThrownBy(() -> plan(new Selection.Latest(), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("lead back to itself");
  }

  // Invariant 9: a part that failed does not stop the others.
  @Test
  void aBrokenChainDoesNotKeepTheOthersFromBeingRestored() throws Exception {
    backup(DATA, "data", 2, 1).backup(HOME, "home", 3, null);

    var plan = plan(new Selection.Latest(), null);

    assertThat(uuids(plan)).containsExactly(uuid(3));
    assertThat(plan.unrestorable())
        .singleElement()
        .asString()
        .contains(uuid(1) + ", which is not on the remote");
  }

  @Test
  void aMissingParentIsNamed() {
    backup(DATA, "data", 2, 1);

    assertThatThrownBy(() -> plan(new Selection.Latest(), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("cannot be restored")
        .hasMessageContaining(uuid(1) + ", which is not on the remote");
  }

  @Test
  void whatCannotBeRestoredDoesNotStopTheRest() throws Exception {
    backup(DATA, "data", 2, 1).backup(HOME, "home", 3, null);

    var plan = plan(new Selection.Latest(), null);

    assertThat(uuids(plan)).containsExactly(uuid(3));
    assertThat(plan.unrestorable())
        .singleElement()
        .asString()
        .contains(uuid(2).toString(), uuid(1).toString());
  }

  /** Three segments are committed, the second is gone. */
  private RestorePlannerTest damaged(int number, @Nullable Integer parent) {
    var identity =
        new BackupIdentity(
            uuid(number),
            DATA,
            parent == null ? null : uuid(parent),
            Ctransid.ofKernel(number),
            NOON.plusSeconds(3600L * number));
    var segments = new SegmentedObjects(identity, Attempt.of(number), NOON);
    objects.add(segments.segment(0));
    objects.add(segments.segment(2));
    objects.add(segments.commit(3));
    return this;
  }

  @Test
  void aDamagedBackupIsSelectedAndSaidToBeDamaged() {
    // Nobody gets an older one without being told.
    backup(DATA, "data", 1, null).damaged(2, null);

    assertThatThrownBy(() -> plan(new Selection.Latest(), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("it is damaged: 1 of its segments are gone");
  }

  @Test
  void whatWasSentAgainstADamagedBackupIsSaidToNeedIt() {
    damaged(1, null).backup(DATA, "data", 2, 1);

    assertThatThrownBy(() -> plan(new Selection.Latest(), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("sent against " + uuid(1) + ", which is damaged");
  }

  @Test
  void aWholeBackupCountsInPlaceOfADamagedOne() throws Exception {
    damaged(1, null).backup(DATA, "data", 1, null).backup(DATA, "data", 2, 1);

    assertThat(uuids(plan(new Selection.Latest(), null))).containsExactly(uuid(1), uuid(2));
  }

  @Test
  void aDamagedBackupDoesNotKeepTheOthersFromBeingRestored() throws Exception {
    // Invariant 9.
    backup(DATA, "data", 1, null).damaged(2, 1).backup(DATA, "data", 3, 1);

    var plan = plan(new Selection.All(), null);

    assertThat(uuids(plan)).containsExactly(uuid(1), uuid(3));
    assertThat(plan.unrestorable()).singleElement().asString().contains("is damaged");
  }

  @Test
  void anUnfinishedBackupIsNone() {
    damaged(1, null);
    objects.removeLast();

    assertThatThrownBy(() -> plan(new Selection.Latest(), null))
        .hasMessageContaining("no backups at all");
  }

  @Test
  void anUnknownSourceGetsAnInventory() {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, null);

    assertThatThrownBy(() -> plan(new Selection.Latest(), HOME))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(HOME.toString())
        .hasMessageContaining(
            "source "
                + DATA
                + " (data, oldest 2026-02-11T09:30:00-03:30, newest 2026-02-11T10:30:00-03:30)");
  }

  @Test
  void anEmptyRemoteSaysSo() {
    assertThatThrownBy(() -> plan(new Selection.All(), null))
        .hasMessageContaining("no backups at all");
  }

  @Test
  void whatIsThereAlreadyIsNotFetchedAndNeitherAreItsAncestors() throws Exception {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, 1).backup(DATA, "data", 3, 2);

    var plan =
        new RestorePlanner(Catalog.of(objects))
            .plan(
                new Selection.Latest(),
                null,
                false,
                (backup, _, _) ->
                    backup.uuid().equals(uuid(2)) ? new Supply.Restored() : new Supply.Fetched());

    assertThat(uuids(plan)).containsExactly(uuid(2), uuid(3));
    assertThat(plan.fetched())
        .extracting(member -> member.backup().uuid())
        .containsExactly(uuid(3));
    assertThat(plan.bytesToFetch()).isEqualTo(10);
  }

  @Test
  void whatWasReceivedAlreadyIsPublishedWithoutBeingFetched() throws Exception {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, 1).backup(DATA, "data", 3, 2);

    var plan =
        new RestorePlanner(Catalog.of(objects))
            .plan(
                new Selection.Latest(),
                null,
                false,
                (backup, name, _) ->
                    backup.uuid().equals(uuid(3))
                        ? new Supply.Finished(EntryName.of(name), uuid(9))
                        : new Supply.Fetched());

    assertThat(uuids(plan)).containsExactly(uuid(3));
    assertThat(plan.fetched()).isEmpty();
    assertThat(plan.spaceNeeded()).isZero();
  }

  @Test
  void theSpaceNeededIsTheLengthOfTheStreamsWhereItIsKnown() throws Exception {
    backup(DATA, "data", 1, null).backup(DATA, "data", 2, 1);
    var plan = plan(new Selection.Latest(), null);
    assertThat(plan.spaceNeeded()).isEqualTo(20);
    assertThat(plan.needsMoreSpace()).isTrue();

    var known = plan.withStreamBytes(Map.of(uuid(1), 1000L));
    assertThat(known.spaceNeeded()).isEqualTo(1010);
    assertThat(known.needsMoreSpace()).isTrue();
    assertThat(known.withStreamBytes(Map.of(uuid(1), 1L, uuid(2), 2L)).needsMoreSpace()).isFalse();
  }
}
