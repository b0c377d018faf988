package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Ctransid;

/** Invariant 9: what a sample leaves out today has its turn on another day. */
final class SampleTest {

  @Provide
  Arbitrary<List<StoredBackup>> backups() {
    var one =
        Combinators.combine(
                Arbitraries.longs(), Arbitraries.longs(), Arbitraries.longs().between(0, 5000))
            .as(SampleTest::backup);
    return one.list().ofMaxSize(40).uniqueElements(StoredBackup::uuid);
  }

  private static StoredBackup backup(long high, long low, long size) {
    var identity =
        new BackupIdentity(
            new UUID(high, low), new UUID(0, 1), null, Ctransid.ofKernel(1), Instant.EPOCH);
    return new StoredBackup(
        new ObjectKey("key" + identity.uuid()),
        new BackupLabel("data", identity, ZoneOffset.UTC),
        List.of(),
        size,
        null,
        null);
  }

  private static Map<StoredBackup, Integer> turns(
      Sample sample, List<StoredBackup> backups, LocalDate first) {
    Map<StoredBackup, Integer> turns = new HashMap<>();
    for (long day = 0; day < sample.days(backups); day++) {
      sample.of(backups, first.plusDays(day)).forEach(one -> turns.merge(one, 1, Integer::sum));
    }
    return turns;
  }

  @Property(tries = 300)
  void aShareReachesEveryBackupInItsDays(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 1, max = 60) int groups,
      @ForAll @IntRange(min = 1, max = 60) int perDay,
      @ForAll @IntRange(min = -1000, max = 100_000) int day) {
    var sample = new Sample.Share(Math.min(perDay, groups), groups);

    assertThat(turns(sample, backups, LocalDate.ofEpochDay(day)).keySet())
        .containsExactlyInAnyOrderElementsOf(backups);
  }

  @Property(tries = 100)
  void aSeventhTakesEachOnceAWeekWhateverElseThereIs(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 0, max = 100_000) int day) {
    var sample = new Sample.Share(1, 7);
    var today = LocalDate.ofEpochDay(day);

    assertThat(turns(sample, backups, today).values())
        .hasSameSizeAs(backups)
        .allMatch(times -> times == 1);
    for (var backup : backups) {
      assertThat(sample.of(List.of(backup), today).contains(backup))
          .isEqualTo(sample.of(backups, today).contains(backup));
    }
  }

  @Property(tries = 300)
  void bytesBoundADayAndReachEachOnce(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 1, max = 20_000) int bytes,
      @ForAll @IntRange(min = 0, max = 100_000) int day) {
    var sample = new Sample.Bytes(Math.max(bytes, 100));
    var today = LocalDate.ofEpochDay(day);
    long largest = backups.stream().mapToLong(StoredBackup::size).max().orElse(0);

    assertThat(turns(sample, backups, today).values())
        .hasSameSizeAs(backups)
        .allMatch(times -> times == 1);
    assertThat(sample.of(backups, today).stream().mapToLong(StoredBackup::size).sum())
        .isLessThan(Math.max(bytes, 100) + largest + 1);
  }
}
