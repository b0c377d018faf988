package org.btrfs2s3.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.it.lab.Household;
import org.btrfs2s3.it.lab.Soundness;
import org.btrfs2s3.it.proxy.Exchange;
import org.btrfs2s3.it.proxy.Fault.Point;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.proxy.Script;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;

/**
 * An update may be killed at any instant: the next one completes what it was about, and nothing is
 * left of the first attempt. (Invariants 1, 2, 3, 4, 10, 11.)
 */
class KillTest {
  private static final long SEED = 3;
  private static final int DELAYED_MOMENTS = 8;
  private static final int MOST_TRIES = 5;
  private static final int FEWEST_KILLS = 40;
  private static final int FEWEST_KILLS_IN_PHASE = 2;

  private static final int SEGMENT_BYTES = 6 << 20;

  /** Checksums, frames and signatures of chunks beside what is sent, in percent. */
  private static final int OVERHEAD = 1;

  @Test
  void nextUpdateCompletesWhatAKilledOneLeft() throws Exception {
    System.out.println("random delays from seed " + SEED);
    Map<Phase, Integer> kills = new EnumMap<>(Phase.class);
    try (Household household = Household.create(S3Engine.S3PROXY)) {
      Soundness soundness = Soundness.of(household);
      int changes = begin(household);
      for (Moment moment : Moment.all(SEED, DELAYED_MOMENTS)) {
        boolean hit = false;
        for (int tries = 0; tries < mostTries(moment) && !hit; tries++) {
          household.change(changes++);
          Optional<Remains> remains = new KilledUpdate(household).run(moment);
          hit = remains.filter(moment.phase()::agreesWith).isPresent();
          assertNextUpdateCompletes(household, soundness, moment);
        }
        if (hit) {
          kills.merge(moment.phase(), 1, Integer::sum);
        }
      }
    }
    System.out.println("killed " + kills);
    assertThat(kills).containsOnlyKeys(Phase.values());
    assertThat(kills.values()).allMatch(count -> count >= FEWEST_KILLS_IN_PHASE);
    assertThat(kills.values().stream().mapToInt(count -> count).sum())
        .isGreaterThanOrEqualTo(FEWEST_KILLS);
  }

  /** A machine that is busy with something else may kill too late; chance decides about a delay. */
  private static int mostTries(Moment moment) {
    return moment.delay().isZero() ? MOST_TRIES : 1;
  }

  /** From here on every update snapshots, uploads and deletes. */
  private static int begin(Household household) throws IOException {
    int changes = 0;
    while (changes < 2) {
      household.change(changes++);
      household.update().expect(0);
      household.manifests();
    }
    return changes;
  }

  private static void assertNextUpdateCompletes(
      Household household, Soundness soundness, Moment moment) throws IOException {
    household.manifests();
    household.proxy().follow(Script.HEALTHY);
    assertThat(household.update())
        .as("after %s", moment)
        .satisfies(
            result ->
                assertThat(result.expect(0).stderr()).doesNotContain("another run is uploading"));
    soundness.assertVisibleIsWhole();
    soundness.assertComplete();
    soundness.assertNothingPending();
  }

  /** The last segment that arrived whole, because nothing proves its content, and the next. */
  @Test
  void atMostTwoSegmentsAreSentTwice() throws Exception {
    Map<String, Object> segmented = Map.of("segment_size", SEGMENT_BYTES);
    try (Household household = Household.create(S3Engine.S3PROXY, segmented)) {
      Soundness soundness = Soundness.of(household);
      int changes = begin(household);
      for (Moment moment : whileSegmentsAreSent()) {
        household.change(changes++);
        List<Exchange> exchanges = new ArrayList<>();
        new KilledUpdate(household)
            .run(moment)
            .ifPresent(remains -> exchanges.addAll(remains.exchanges()));
        household.manifests();
        household.proxy().follow(Script.HEALTHY);
        household.update().expect(0);
        exchanges.addAll(household.proxy().exchanges());
        long stored = household.storedBytes(household.latestOfLarge());
        assertThat(sent(exchanges, household.latestOfLarge().toString()))
            .as("bytes sent, killed at %s", moment)
            .isBetween(stored, (stored + 2 * SEGMENT_BYTES) * (100 + OVERHEAD) / 100);
        assertNextUpdateCompletes(household, soundness, moment);
      }
    }
  }

  private static List<Moment> whileSegmentsAreSent() {
    List<Moment> moments = new ArrayList<>();
    // The first two are the other sources.
    for (int ordinal = 3; ordinal <= 6; ordinal++) {
      for (Point point : Point.values()) {
        if (point != Point.IN_ANSWER) {
          moments.add(Moment.at(Phase.UPLOAD, RequestKind.PUT_OBJECT, ordinal, point));
        }
      }
    }
    return moments;
  }

  private static long sent(List<Exchange> exchanges, String uuid) {
    return exchanges.stream()
        .filter(exchange -> exchange.request().key().contains(".uuid" + uuid + "."))
        .filter(
            exchange ->
                exchange.request().kind() == RequestKind.PUT_OBJECT
                    || exchange.request().kind() == RequestKind.UPLOAD_PART)
        .mapToLong(Exchange::bodyBytes)
        .sum();
  }
}
