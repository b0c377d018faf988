package org.btrfs2s3.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.uuid;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;

/** Whatever is left of several attempts is sorted as the format says. */
final class CatalogPropertyTest {

  private static final int SEGMENTS = 3;

  /** Two attempts to make one backup, and one of another. */
  private static final List<SegmentedObjects> ATTEMPTS =
      List.of(attempt(1, 0xa), attempt(1, 0xb), attempt(2, 0xa));

  private static SegmentedObjects attempt(int number, long random) {
    var identity =
        new BackupIdentity(uuid(number), new UUID(0, 1000), null, Ctransid.ofKernel(number), NOON);
    return new SegmentedObjects(identity, Attempt.of(random), NOON);
  }

  private static List<StoredObject> all(SegmentedObjects attempt) {
    List<StoredObject> objects = new ArrayList<>();
    for (var folder : List.of("", "copies/")) {
      IntStream.range(0, SEGMENTS)
          .mapToObj(attempt::segment)
          .forEach(segment -> objects.add(SegmentedObjects.copy(segment, folder)));
      objects.add(SegmentedObjects.copy(attempt.commit(SEGMENTS), folder));
    }
    objects.add(attempt.signature(SEGMENTS));
    return objects;
  }

  @Provide
  Arbitrary<List<StoredObject>> listings() {
    var all = ATTEMPTS.stream().flatMap(attempt -> all(attempt).stream()).toList();
    return Arbitraries.subsetOf(all).flatMap(subset -> Arbitraries.shuffle(List.copyOf(subset)));
  }

  @Property(seed = "20260211", tries = 1000)
  void aBackupIsWholeIfAndOnlyIfCommitObjectAndAllSegmentsAreThere(
      @ForAll("listings") List<StoredObject> objects) {
    // Invariant 1.
    var catalog = Catalog.of(objects);
    for (var attempt : ATTEMPTS) {
      boolean committed = has(objects, attempt.commit(SEGMENTS));
      boolean whole = IntStream.range(0, SEGMENTS).allMatch(n -> has(objects, attempt.segment(n)));
      boolean some = all(attempt).stream().anyMatch(objects::contains);

      assertThat(catalog.backups().stream().filter(backup -> isOf(backup, attempt)).count())
          .isEqualTo(committed && whole ? 1 : 0);
      assertThat(catalog.damaged().stream().filter(d -> isOf(d.backup(), attempt)).count())
          .isEqualTo(committed && !whole ? 1 : 0);
      assertThat(
              catalog.unfinished().stream()
                  .filter(u -> isOf(u.identity(), u.parts(), attempt))
                  .count())
          .isEqualTo(!committed && some ? 1 : 0);
    }
  }

  @Property(seed = "20260211", tries = 1000)
  void everyObjectOfOursAppearsInExactlyOnePlace(@ForAll("listings") List<StoredObject> objects) {
    var catalog = Catalog.of(objects);
    var places =
        Stream.of(
                Stream.concat(
                        catalog.backups().stream(),
                        catalog.damaged().stream().map(DamagedBackup::backup))
                    .flatMap(
                        backup ->
                            Stream.concat(Stream.of(backup.key()), flat(backup.deletionSteps()))),
                catalog.unfinished().stream().flatMap(u -> flat(u.parts().deletionSteps())))
            .flatMap(keys -> keys)
            .toList();

    assertThat(places)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(objects.stream().map(StoredObject::key).toList());
    assertThat(catalog.foreignObjects()).isZero();
  }

  @Property(seed = "20260211", tries = 200)
  void whateverPartOfADeletionHappensNoBackupIsLeftThatIsNotWhole(
      @ForAll("listings") List<StoredObject> objects) {
    // Invariants 1 and 4.
    for (var backup : Catalog.of(objects).backups()) {
      Set<ObjectKey> gone = new HashSet<>(List.of(backup.key()));
      for (var step : backup.deletionSteps()) {
        for (var key : step) {
          gone.add(key);
          assertThat(without(gone, objects).damaged()).hasSameSizeAs(Catalog.of(objects).damaged());
        }
      }
    }
  }

  private static Catalog without(Set<ObjectKey> gone, List<StoredObject> objects) {
    return Catalog.of(objects.stream().filter(object -> !gone.contains(object.key())).toList());
  }

  private static Segments parts(StoredBackup backup) {
    return Objects.requireNonNull(backup.parts());
  }

  private static boolean has(List<StoredObject> objects, StoredObject original) {
    Set<String> keys = objects.stream().map(o -> o.key().value()).collect(Collectors.toSet());
    return keys.contains(original.key().value()) || keys.contains("copies/" + original.key());
  }

  private static boolean isOf(StoredBackup backup, SegmentedObjects attempt) {
    return isOf(backup.identity(), parts(backup), attempt);
  }

  private static boolean isOf(BackupIdentity identity, Segments parts, SegmentedObjects attempt) {
    return identity.equals(attempt.identity()) && parts.attempt().equals(attempt.attempt());
  }

  private static Stream<ObjectKey> flat(List<List<ObjectKey>> steps) {
    return steps.stream().flatMap(Collection::stream);
  }
}
