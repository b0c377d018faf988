package org.btrfs2s3.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.catalog.SegmentedObjects.copy;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.uuid;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** What the objects of segmented backups are taken for. */
final class CatalogTest {

  private static final BackupIdentity IDENTITY =
      new BackupIdentity(uuid(1), new UUID(0, 1000), null, Ctransid.ofKernel(1), NOON);
  private static final SegmentedObjects ONE = new SegmentedObjects(IDENTITY, Attempt.of(0x1), NOON);
  private static final SegmentedObjects TWO =
      new SegmentedObjects(IDENTITY, Attempt.of(0x2), NOON.plusSeconds(60));

  private static Catalog catalog(StoredObject... objects) {
    return Catalog.of(List.of(objects));
  }

  private static List<ObjectKey> keys(StoredObject... objects) {
    return Stream.of(objects).map(StoredObject::key).toList();
  }

  @Test
  void aCommitObjectMakesABackupOfItsSegments() {
    var catalog = catalog(ONE.segment(1), ONE.commit(3), ONE.segment(2), ONE.segment(0));

    assertThat(catalog.damaged()).isEmpty();
    assertThat(catalog.unfinished()).isEmpty();
    var backup = catalog.backups().getFirst();
    assertThat(backup.key()).isEqualTo(ONE.commit(3).key());
    assertThat(backup.identity()).isEqualTo(IDENTITY);
    assertThat(backup.contentSuffixes()).containsExactly(".zst", ".gpg");
    assertThat(backup.size()).isEqualTo(10 + 11 + 12);
    assertThat(backup.contentKeys())
        .isEqualTo(keys(ONE.segment(0), ONE.segment(1), ONE.segment(2)));
  }

  @Test
  void segmentsAreInOrderOfTheirNumbersNotOfTheirKeys() {
    // Invariant 3: somebody's tool may have written the numbers without leading zeros.
    var objects = new ArrayList<StoredObject>();
    for (int number = 0; number < 12; number++) {
      var key = ONE.segment(number).key().value().replaceAll("seqn0+(\\d)", "seqn$1");
      objects.add(new StoredObject(new ObjectKey(key), 1, NOON, null));
    }
    objects.add(ONE.commit(12));

    var backup = Catalog.of(objects).backups().getFirst();

    assertThat(backup.contentKeys())
        .isEqualTo(objects.subList(0, 12).stream().map(StoredObject::key).toList());
  }

  @Test
  void aCopyInAFolderThatSortsFirstIsNotItsContent() {
    var copies =
        List.of(
            SegmentedObjects.copy(ONE.segment(0), "Archive/"),
            SegmentedObjects.copy(ONE.segment(1), "z/"));
    var objects = new ArrayList<>(copies);
    objects.addAll(List.of(ONE.segment(0), ONE.segment(1), ONE.commit(2)));

    var backup = Catalog.of(objects).backups().getFirst();

    assertThat(backup.contentKeys()).isEqualTo(keys(ONE.segment(0), ONE.segment(1)));
    assertThat(backup.deletionSteps().getLast())
        .containsAll(copies.stream().map(StoredObject::key).toList());
  }

  @Test
  void aHoleMakesItDamaged() {
    var catalog = catalog(ONE.segment(0), ONE.segment(2), ONE.commit(5));

    assertThat(catalog.backups()).isEmpty();
    assertThat(catalog.unfinished()).isEmpty();
    assertThat(catalog.damaged())
        .singleElement()
        .satisfies(
            damaged -> {
              assertThat(damaged.missing()).isEqualTo(3);
              assertThat(damaged.first()).containsExactly(1, 3, 4);
              assertThat(damaged.backup().contentKeys())
                  .isEqualTo(keys(ONE.segment(0), ONE.segment(2)));
            });
  }

  @Test
  void aCommitObjectWithoutSegmentsIsDamaged() {
    assertThat(catalog(ONE.commit(2)).damaged())
        .singleElement()
        .satisfies(damaged -> assertThat(damaged.first()).containsExactly(0, 1));
  }

  @Test
  void aCommitObjectThatCountsAsManyAsThereCanBeIsSortedInNoTime() {
    var objects = new ArrayList<StoredObject>();
    IntStream.range(0, 20_000).forEach(number -> objects.add(ONE.segment(number)));
    objects.add(ONE.commit(999_999));

    var damaged = Catalog.of(objects).damaged().getFirst();
    assertThat(damaged.missing()).isEqualTo(979_999);
    assertThat(damaged.first()).hasSize(100).startsWith(20_000).endsWith(20_099);
  }

  @Test
  void segmentsOfDifferentAttemptsNeverMix() {
    var catalog = catalog(ONE.segment(0), TWO.segment(1), ONE.commit(2), TWO.segment(0));

    assertThat(catalog.backups()).isEmpty();
    assertThat(catalog.damaged().getFirst().first()).containsExactly(1);
    assertThat(catalog.unfinished())
        .singleElement()
        .satisfies(
            unfinished -> {
              assertThat(unfinished.attempt()).isEqualTo(TWO.attempt());
              assertThat(unfinished.parts().withoutHole()).isEqualTo(2);
              assertThat(unfinished.newest()).isEqualTo(NOON.plusSeconds(60));
            });
  }

  @Test
  void anAttemptIsOfOneIdentity() {
    // The same random name by accident, or by somebody's renaming.
    var child = new BackupIdentity(uuid(2), IDENTITY.source(), uuid(1), Ctransid.ofKernel(2), NOON);
    var other = new SegmentedObjects(child, ONE.attempt(), NOON);

    var catalog = catalog(ONE.segment(0), other.segment(1), ONE.commit(2));

    assertThat(catalog.backups()).isEmpty();
    assertThat(catalog.unfinished()).singleElement().matches(UnfinishedBackup::isHalfDeleted);
  }

  @Test
  void withoutTheFirstSegmentItIsHalfDeleted() {
    assertThat(catalog(ONE.segment(0)).unfinished().getFirst().isHalfDeleted()).isFalse();
    assertThat(catalog(ONE.segment(1)).unfinished().getFirst().isHalfDeleted()).isTrue();
    assertThat(catalog(ONE.signature(1)).unfinished().getFirst().isHalfDeleted()).isTrue();
  }

  @Test
  void aSignatureIsNoBackup() {
    assertThat(catalog(ONE.segment(0), ONE.signature(1)).backups()).isEmpty();

    var backup = catalog(ONE.segment(0), ONE.commit(1), ONE.signature(1)).backups().getFirst();

    assertThat(backup.contentKeys()).isEqualTo(keys(ONE.segment(0)));
    assertThat(backup.deletionSteps())
        .containsExactly(keys(ONE.segment(0)), keys(ONE.signature(1)));
  }

  @Test
  void copiesInFoldersAreOfTheSameBackup() {
    var objects =
        Stream.of(ONE.segment(0), ONE.segment(1), ONE.commit(2))
            .flatMap(object -> Stream.of(object, copy(object, "copies/")))
            .toList();

    var backup = Catalog.of(objects).backups().getFirst();

    assertThat(Catalog.of(objects).backups()).hasSize(1);
    assertThat(backup.key()).isEqualTo(ONE.commit(2).key());
    // Invariant 1: no commit object is left behind that shows what is not there any more.
    assertThat(backup.deletionSteps())
        .containsExactly(
            keys(copy(ONE.commit(2), "copies/")),
            keys(ONE.segment(0)),
            keys(copy(ONE.segment(0), "copies/"), copy(ONE.segment(1), "copies/"), ONE.segment(1)));
  }

  @Test
  void segmentsMayLieInDifferentFolders() {
    var moved = copy(ONE.segment(1), "moved/");

    assertThat(catalog(ONE.segment(0), moved, ONE.commit(2)).backups().getFirst().contentKeys())
        .isEqualTo(keys(ONE.segment(0), moved));
  }

  @Test
  void whatTheCommitObjectDoesNotCountIsNotRead() {
    var backup = catalog(ONE.segment(0), ONE.segment(1), ONE.commit(1)).backups().getFirst();

    assertThat(backup.contentKeys()).isEqualTo(keys(ONE.segment(0)));
    assertThat(backup.size()).isEqualTo(10);
    assertThat(backup.deletionSteps()).containsExactly(keys(ONE.segment(0)), keys(ONE.segment(1)));
  }

  @Test
  void ofSeveralCommitObjectsOneThatMakesItWholeCounts() {
    var catalog = catalog(ONE.commit(3), ONE.segment(0), ONE.segment(1), ONE.commit(2));

    assertThat(catalog.damaged()).isEmpty();
    assertThat(catalog.backups()).extracting(StoredBackup::key).isEqualTo(keys(ONE.commit(2)));
  }

  @Test
  void theRestIsForeign() {
    var foreign = new StoredObject(new ObjectKey("photo.jpg"), 1, NOON, null);
    var later =
        new StoredObject(
            new ObjectKey(ONE.segment(0).key().value().replace("mdvn2", "mdvn3")), 1, NOON, null);

    assertThat(catalog(foreign, later).foreignObjects()).isEqualTo(2);
    assertThat(catalog(foreign, later).unfinished()).isEmpty();
  }

  /** A directory has metadata of an object that is about to be stored, too. */
  @Test
  void whatIsThereIsNotHidden() {
    var objects = List.of(ONE.segment(0), ONE.segment(1), ONE.commit(2));
    var traces = List.of(ONE.segment(2).key());

    assertThat(Catalog.of(new Listing(objects, null, List.of(), traces)).traces()).isEmpty();
    assertThat(Catalog.of(new Listing(List.of(), null, List.of(), traces)).traces()).hasSize(1);
  }
}
