package org.btrfs2s3.policy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Cases for properties: worlds that no orderly run would leave, policies, zones and times. */
final class Worlds extends DomainContextBase {

  private static final List<String> ZONES =
      List.of(
          "Australia/Lord_Howe",
          "America/St_Johns",
          "Pacific/Apia",
          "Africa/Monrovia",
          "Asia/Kathmandu",
          "America/Sao_Paulo");
  private static final List<String> POLICIES =
      List.of("", "1y", "3d", "1y 3m 30d 24h", "2y 4q 6m 5w 10d 12h 30M 60s", "4w 7d", "2q 48h");
  private static final Instant BEGIN = Instant.parse("2023-10-20T00:00:00Z");

  /** What is there, and what the run is told. */
  record Case(World world, PreservationPolicy policy, Instant now, ZoneId zone) {

    PreservationTree plan() {
      return world.plan(policy, now, zone);
    }

    Case with(World other) {
      return new Case(other, policy, now, zone);
    }

    @Override
    public String toString() {
      return "%s at %s in %s: %s %s".formatted(policy, now, zone, world.snapshots, world.backups);
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.longs().map(seed -> random(new Random(seed), false));
  }

  /**
   * Besides, snapshots of one ctransid, as of a source that did not change between them, and
   * several backups of one snapshot.
   */
  record Messy(Case start) {}

  @Provide
  Arbitrary<Messy> messyCases() {
    return Arbitraries.longs().map(seed -> new Messy(random(new Random(seed), true)));
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(ZONES).map(ZoneId::of);
  }

  private static Case random(Random random, boolean messy) {
    Duration age = Duration.ofSeconds(1L << (4 + random.nextInt(22)));
    World world = new World();
    List<Snapshot> all = history(random, age, messy);
    for (Snapshot snapshot : all) {
      if (random.nextInt(3) > 0) {
        world.snapshots.add(snapshot);
      }
      if (random.nextInt(3) > 0) {
        world.backups.add(backup(snapshot, all, random));
      }
      if (messy && random.nextInt(10) == 0) {
        world.backups.add(backup(snapshot, all, random));
      }
    }
    return new Case(
        world,
        PreservationPolicy.parse(POLICIES.get(random.nextInt(POLICIES.size()))),
        now(random, age),
        ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))));
  }

  private static List<Snapshot> history(Random random, Duration age, boolean messy) {
    List<Snapshot> all = new ArrayList<>();
    Instant ctime = BEGIN;
    long ctransid = 100;
    int count = random.nextInt(14);
    for (int i = 0; i < count; i++) {
      ctime = ctime.plusMillis(random.nextLong(2 * age.toMillis() / count));
      ctransid += random.nextInt(3) + (messy ? 0 : 1);
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      all.add(new Snapshot(uuid, new Ctransid(BigInteger.valueOf(ctransid)), ctime));
    }
    return all;
  }

  /** Sent against an older one as a rule, rarely against any, itself included. */
  private static Backup backup(Snapshot snapshot, List<Snapshot> all, Random random) {
    int older = random.nextInt(10) == 0 ? all.size() : all.indexOf(snapshot);
    UUID parent =
        older == 0 || random.nextInt(3) == 0 ? null : all.get(random.nextInt(older)).uuid();
    return new Backup(
        snapshot.uuid(),
        parent,
        snapshot.ctransid(),
        snapshot.ctime().truncatedTo(ChronoUnit.SECONDS));
  }

  private static Instant now(Random random, Duration age) {
    return switch (random.nextInt(6)) {
      case 0 -> Instant.EPOCH;
      case 1 -> Instant.parse("2099-12-31T23:59:59Z");
      default -> BEGIN.plusMillis(random.nextLong(3 * age.toMillis()));
    };
  }
}
