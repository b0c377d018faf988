package org.btrfs2s3.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/** Runs at regular times, each with a new snapshot: a source that changes all the time. */
final class SimulatedYears {

  final World world = new World();
  final PreservationPolicy policy;
  final ZoneId zone;
  Instant now;
  private long ctransid = 1000;

  SimulatedYears(String policy, String zone, String start) {
    this.policy = PreservationPolicy.parse(policy);
    this.zone = ZoneId.of(zone);
    this.now = Instant.parse(start);
  }

  /** The plan of a run, and nothing of it executed yet. */
  PreservationTree observe(Duration sinceLastRun) {
    now = now.plus(sinceLastRun);
    ctransid += 3;
    world.snapshots.add(new Snapshot(new UUID(7, ctransid), Ctransid.ofKernel(ctransid), now));
    return world.plan(policy, now, zone);
  }

  void run(Duration sinceLastRun, int times) {
    for (int i = 0; i < times; i++) {
      world.execute(observe(sinceLastRun));
    }
  }
}
