package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Positive;
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
      Sample sample, List<StoredBackup> backups, LocalDate first, long days) {
    Map<StoredBackup, Integer> turns = new HashMap<>();
    for (long day = 0; day < days; day++) {
      sample.of(backups, first.plusDays(day)).forEach(one -> turns.merge(one, 1, Integer::sum));
    }
    return turns;
  }

  @Property(seed = "7041", tries = 300)
  void aShareReachesEveryBackupInItsDays(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 1, max = 60) int groups,
      @ForAll @IntRange(min = 1, max = 60) int perDay,
      @ForAll @IntRange(min = -1000, max = 100_000) int day) {
    int some = Math.min(perDay, groups);
    long days = Math.ceilDiv(groups, some);
    var first = LocalDate.ofEpochDay(day);

    assertThat(turns(new Sample.Share(some, groups), backups, first, days).keySet())
        .containsExactlyInAnyOrderElementsOf(backups);
  }

  @Property(seed = "7042", tries = 100)
  void aSeventhTakesEachOnceAWeekWhateverElseThereIs(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 0, max = 100_000) int day) {
    var sample = new Sample.Share(1, 7);
    var today = LocalDate.ofEpochDay(day);

    assertThat(turns(sample, backups, today, 7).values())
        .hasSameSizeAs(backups)
        .allMatch(times -> times == 1);
    for (var backup : backups) {
      assertThat(sample.of(List.of(backup), today).contains(backup))
          .isEqualTo(sample.of(backups, today).contains(backup));
    }
  }

  @Property(seed = "7043", tries = 300)
  void bytesReachEachOnceInAsManyDaysAsTheyTakeAndFewMore(
      @ForAll("backups") List<StoredBackup> backups,
      @ForAll @IntRange(min = 100, max = 20_000) int bytes,
      @ForAll @IntRange(min = 0, max = 100_000) int day) {
    var sample = new Sample.Bytes(bytes);
    long days = sample.days(backups);
    long all = backups.stream().mapToLong(StoredBackup::size).sum();

    assertThat(turns(sample, backups, LocalDate.ofEpochDay(day), days).values())
        .hasSameSizeAs(backups)
        .allMatch(times -> times == 1);
    assertThat(days * bytes).as("not more on the average").isGreaterThanOrEqualTo(all);
    assertThat(days).isLessThanOrEqualTo(Math.max(1, Math.ceilDiv(all, bytes) * 5 / 4));
  }

  @Property(seed = "7044", tries = 50)
  void bytesReachInTimeWhatStaysWhileOthersComeAndGo(@ForAll @Positive long seed) {
    // A full backup, some that stay, and thirty of which one is replaced each day.
    var random = new Random(seed);
    var stays = IntStream.range(0, 13).mapToObj(_ -> any(random, 50)).toList();
    Deque<StoredBackup> daily = new ArrayDeque<>();
    IntStream.range(0, 30).forEach(_ -> daily.add(any(random, 4 + random.nextInt(3))));
    var sample = new Sample.Bytes(18);
    Map<StoredBackup, Long> seen = new HashMap<>();
    Set<Long> days = new HashSet<>();
    for (long day = 0; day < 200; day++) {
      daily.remove();
      daily.add(any(random, 4 + random.nextInt(3)));
      var all = Stream.concat(stays.stream(), daily.stream()).toList();
      days.add(sample.days(all));
      for (var one : sample.of(all, LocalDate.ofEpochDay(20_000 + day))) {
        seen.put(one, day);
      }
      long oldest = day - 48;
      if (oldest >= 0) {
        assertThat(stays).allMatch(one -> seen.getOrDefault(one, -1L) > oldest);
      }
    }
    assertThat(days).as("however the bytes vary").containsExactly(48L);
  }

  private static StoredBackup any(Random random, int size) {
    return backup(random.nextLong(), random.nextLong(), size);
  }
}
