package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadMeterTest {

  private static final long GIB = 1L << 30;

  @TempDir private Path directory = Path.of("");

  private final List<UpdateEvent> events = new ArrayList<>();
  private World world = new World(Path.of(""));
  private Instant now = World.START;
  private long nanos = Long.MAX_VALUE - 1;

  @BeforeEach
  void makeWorld() {
    world = new World(directory);
  }

  private RemoteUpload upload(String policy, boolean full) throws Exception {
    world.remote("one").source("data", Map.of("one", policy));
    var setup = world.setup();
    var source =
        new SourceSession(
            setup.sources().getFirst(),
            world.btrfs,
            world.uuid("data"),
            true,
            SnapshotsPlace.OUTSIDE);
    var remote = new RemoteSession(setup.remotes().getFirst(), () -> now);
    var identity =
        new BackupIdentity(
            new UUID(0, 1),
            world.uuid("data"),
            full ? null : new UUID(0, 2),
            Ctransid.ofKernel(1),
            World.START);
    var action =
        new Action.Upload(
            world.uuid("data"), new RemoteId("one"), identity, null, Set.of(), Set.of());
    var context =
        new UploadContext(() -> now, World.ZONE, "test", events::add, Duration.ofSeconds(1));
    return new RemoteUpload(context, source, remote, action);
  }

  private UploadMeter meter(RemoteUpload upload, long estimate) {
    return new UploadMeter(events::add, () -> now, () -> nanos, List.of(upload), estimate);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos(); // May overflow, as System.nanoTime does.
  }

  private List<UpdateEvent.UploadTooSlow> warnings() {
    return events.stream()
        .filter(UpdateEvent.UploadTooSlow.class::isInstance)
        .map(UpdateEvent.UploadTooSlow.class::cast)
        .toList();
  }

  @Test
  void tellsTheProgressAboutTwiceASecond() throws Exception {
    var meter = meter(upload("1y", true), 100);
    for (int position = 0; position < 100; position++) {
      meter.at(position);
      pass(Duration.ofMillis(50));
    }

    assertThat(events).hasSize(10);
    assertThat(events)
        .first()
        .isEqualTo(new UpdateEvent.UploadProgress(upload("1y", true).action(), 0, 100));
  }

  @Test
  void warnsOnceOfAFullThatTakesLongerThanTheLongestTimeframe() throws Exception {
    // 1 GiB in an hour: 1000 of them take six weeks.
    var meter = meter(upload("1m 5d", true), 1000 * GIB);
    meter.at(1);
    pass(Duration.ofHours(1));
    meter.at(GIB);
    pass(Duration.ofHours(1));
    meter.at(2 * GIB);

    assertThat(warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.expected().toHours()).isBetween(999L, 1001L);
              assertThat(warning.longest().toDays()).isBetween(28L, 31L);
            });
  }

  @Test
  void saysNothingBeforeTheRateHasSettled() throws Exception {
    var meter = meter(upload("1m", true), 1000 * GIB);
    pass(Duration.ofMinutes(10).minusSeconds(1));
    meter.at(1);
    assertThat(warnings()).isEmpty();

    pass(Duration.ofSeconds(1));
    meter.at(2);
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void differentialsAndPoliciesWithoutTimeframeHaveNoLimit() throws Exception {
    for (var upload : List.of(upload("1m", false), upload("", true))) {
      var meter = meter(upload, 1000 * GIB);
      pass(Duration.ofHours(1));
      meter.at(1);
    }
    assertThat(warnings()).isEmpty();
  }

  @Test
  void anUploadThatIsFastEnoughIsNoReasonToWarn() throws Exception {
    var meter = meter(upload("1m", true), 1000 * GIB);
    pass(Duration.ofHours(1));
    meter.at(2 * GIB);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void whatWasSkippedSaysNothingOfTheRate() throws Exception {
    var meter = meter(upload("1m", true), 1000 * GIB);
    pass(Duration.ofHours(1));
    meter.at(500 * GIB);
    meter.uploadBeginsAt(500 * GIB);
    pass(Duration.ofHours(1));
    meter.at(500 * GIB);
    assertThat(warnings()).isEmpty();

    pass(Duration.ofHours(1));
    meter.at(501 * GIB);
    assertThat(warnings()).hasSize(1);
  }
}
