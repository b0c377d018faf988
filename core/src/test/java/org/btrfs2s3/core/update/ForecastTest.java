package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.explain.BackupFate;
import org.btrfs2s3.core.explain.BackupFate.Situation;
import org.btrfs2s3.core.explain.Dependent;
import org.btrfs2s3.core.explain.Explainer;
import org.btrfs2s3.core.explain.Explanation;
import org.btrfs2s3.core.explain.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a backup, and whether it comes true (invariants 2 and 3). */
final class ForecastTest {

  private static final ZoneId ZONE = World.ZONE;

  @TempDir private Path directory = Path.of("");

  private static Explanation explain(World world, UUID uuid) throws Exception {
    return new Explainer(world.pretend()).explain(uuid);
  }

  private static BackupFate fate(World world, UUID uuid) throws Exception {
    return explain(world, uuid).backups().getFirst();
  }

  private static Until at(int year, int month, int day) {
    return new Until.At(LocalDate.of(year, month, day).atStartOfDay(ZONE).toInstant());
  }

  @Test
  void tellsEndChainAndDependents() throws Exception {
    var world = World.of(directory, "1y 2d");
    var full = world.backUp("data");
    var differential = world.later(Duration.ofDays(1)).backUp("data");

    var ofFull = fate(world, full);
    var ofDifferential = fate(world, differential);

    // The last day of the year will be sent against it, and stay for the next one.
    assertThat(ofFull.until()).isEqualTo(at(2027, 1, 2));
    assertThat(ofFull.situation()).isEqualTo(Situation.KEPT);
    assertThat(ofFull.dependents())
        .extracting(Dependent::uuid, Dependent::direct, Dependent::stored)
        .containsExactly(tuple(differential, true, true));
    assertThat(ofDifferential.until()).isEqualTo(at(2026, 2, 14));
    assertThat(ofDifferential.dependents()).isEmpty();
    assertThat(ofDifferential.chain())
        .isInstanceOfSatisfying(
            StoredChain.Complete.class,
            chain ->
                assertThat(chain.backups())
                    .extracting(b -> b.uuid())
                    .containsExactly(full, differential));
    assertThat(explain(world, differential).snapshot())
        .satisfies(snapshot -> assertThat(snapshot.until()).isEqualTo(at(2026, 2, 14)));
  }

  @Test
  void mostRecentAloneEndsWithTheNextBackup() throws Exception {
    var world = World.of(directory, "");
    world.write("data").run();

    assertThat(fate(world, world.newest("data").info().uuid()).until())
        .isEqualTo(new Until.NextBackup());
  }

  @Test
  void tellsWhyThereIsNoBackup() throws Exception {
    var world = World.of(directory, "1y 3d");
    world.write("data").run();
    var users = world.snapshotByHand("data", "mine");
    world.later(Duration.ofHours(1)).write("data");
    var update = new UpdateOptions(false, false, Duration.ZERO);
    world.run(update);
    var waiting = world.newest("data").info().uuid();

    assertThat(fate(world, users).situation()).isEqualTo(Situation.USERS_SNAPSHOT);
    assertThat(explain(world, users).snapshot()).isNotNull();
    assertThat(fate(world, waiting).situation()).isEqualTo(Situation.TO_BE_UPLOADED);
    world.takeAway("one");
    assertThat(fate(world, waiting).situation()).isEqualTo(Situation.REMOTE_AWAY);
    assertThat(new Explainer(world.pretend()).known()).contains(users, waiting);
  }

  @Test
  void tellsThatABackupIsOfAnotherSource() throws Exception {
    var world = World.of(directory, "1y");
    world.source("other", Map.of("one", "1y")).write("data").run();
    var backup = world.newest("other").info().uuid();
    var alone = new World(directory).source("data", Map.of("one", "1y"));
    alone.stores.put("one", world.store("one"));
    alone.remote("two").reach("one", _ -> world.store("one"));

    assertThat(fate(alone, backup).situation()).isEqualTo(Situation.NOT_OURS);
    assertThat(fate(alone, backup).until()).isNull();
  }

  /** Runs every three hours, and in the last second of each day: as the forecast assumes. */
  @Test
  void comesTrue() throws Exception {
    for (var policy : List.of("1m 2d 5h", "2w 3d", "1q 1m 3d 4h", "40d")) {
      var world = World.of(directory.resolve(policy.replace(' ', '_')), policy);
      for (int run = 0; run < 20; run++) {
        world.write("data").run();
        world.later(Duration.ofHours(3));
      }
      comesTrue(world, policy);
    }
  }

  private static void comesTrue(World world, String policy) throws Exception {
    var begin = world.now();
    List<UUID> backups = new ArrayList<>();
    List<Until> forecasts = new ArrayList<>();
    for (var entry : world.entries("data")) {
      var fate = fate(world, entry.info().uuid());
      if (fate.situation() == Situation.KEPT) {
        backups.add(entry.info().uuid());
        forecasts.add(fate.until());
      }
    }
    assertThat(forecasts).as(policy).hasAtLeastOneElementOfType(Until.At.class);
    var seen = new Instant[backups.size()];
    for (var time = begin; time.isBefore(begin.plus(Duration.ofDays(110))); ) {
      world.at(time).write("data").runWithAllowDelete();
      for (int i = 0; i < seen.length; i++) {
        if (seen[i] == null && !world.hasBackup("one", backups.get(i))) {
          seen[i] = time;
        }
      }
      time = next(time);
    }
    for (int i = 0; i < seen.length; i++) {
      assertThat(forecasts.get(i)).as("%s: %s", policy, backups.get(i)).isNotNull();
      if (forecasts.get(i) instanceof Until.At expected) {
        assertThat(seen[i])
            .as("%s: %s, expected %s", policy, backups.get(i), expected)
            .isNotNull()
            .isAfterOrEqualTo(expected.time())
            .isBeforeOrEqualTo(expected.time().plus(Duration.ofHours(3)));
      } else if (forecasts.get(i) instanceof Until.NextBackup) {
        assertThat(seen[i]).isEqualTo(begin);
      }
    }
  }

  /** Three hours later, but not past the last second of a day. */
  private static Instant next(Instant time) {
    var last =
        time.plusSeconds(1)
            .atZone(ZONE)
            .toLocalDate()
            .plusDays(1)
            .atStartOfDay(ZONE)
            .toInstant()
            .minusSeconds(1);
    var later = time.plus(Duration.ofHours(3));
    return later.isBefore(last) ? later : last;
  }
}
