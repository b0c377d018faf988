package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.btrfs2s3.it.lab.Household;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.proxy.Exchange;
import org.btrfs2s3.it.proxy.Fault;
import org.btrfs2s3.it.proxy.Fault.Cut;
import org.btrfs2s3.it.proxy.Fault.Point;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.proxy.Script;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of a restore that break on their way. (Invariants 3 and 7.) */
class DownloadFaultsTest {
  private Household household;
  private UUID latest;

  /** A full backup and a differential one, each of two parts. */
  @BeforeEach
  void create() throws IOException {
    household = Household.create(S3Engine.S3PROXY);
    for (int number = 0; number < 2; number++) {
      household.change(number);
      household.update().expect(0);
    }
    latest = household.latestOfLarge();
  }

  @AfterEach
  void close() throws IOException {
    household.close();
  }

  /** What happens to one request before its answer arrives. */
  private enum OneFault {
    ERROR,
    HUNG_UP,
    ANSWER_LOST;

    Fault fault() {
      return switch (this) {
        case ERROR -> new Fault.Answer(503, "SlowDown", false);
        case HUNG_UP -> Cut.at(Point.BEFORE_REQUEST);
        case ANSWER_LOST -> Cut.at(Point.BEFORE_ANSWER);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestMayFailOnce(OneFault one) throws Exception {
    int requests = 0;
    while (isHit(Script.at(requests + 1, one.fault()))) {
      requests++;
    }
    // A listing and two objects, at least.
    assertThat(requests).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1 << 20, 16 << 20})
  void downloadMayBreakOffAnywhere(long bytes) throws Exception {
    for (int ordinal = 1; ordinal <= 2; ordinal++) {
      Cut cut = Cut.at(Point.IN_ANSWER).after(bytes);
      assertThat(isHit(Script.at(RequestKind.GET_OBJECT, ordinal, cut))).isTrue();
    }
  }

  /** Each piece brings it further. */
  @Test
  void downloadMayBreakOffAgainAndAgain() throws Exception {
    Cut cut = Cut.at(Point.IN_ANSWER).after(4 << 20);
    assertThat(isHit(request -> request.kind() == RequestKind.GET_OBJECT ? cut : new Fault.None()))
        .isTrue();
  }

  @Test
  void serverMayBeSlow() throws Exception {
    Fault slow = new Fault.Trickle(1000, 2000);
    assertThat(isHit(Script.at(RequestKind.GET_OBJECT, 1, slow))).isTrue();
  }

  @Test
  void downloadThatCannotGoOnLeavesNothing() throws Exception {
    Path target = household.newTarget();
    household
        .proxy()
        .follow(
            request ->
                request.kind() != RequestKind.GET_OBJECT
                    ? new Fault.None()
                    : request.ordinal() == 1
                        ? Cut.at(Point.IN_ANSWER).after(1 << 20)
                        : new Fault.Answer(403, "AccessDenied", false));
    Result result = household.restoreLatest(target);

    assertThat(result.exitCode()).as(result.toString()).isNotZero();
    assertThat(result.stderr()).doesNotContain("\tat ");
    assertThat(Scene.subvolumes(target)).isEmpty();
  }

  /** Whether the script did anything to a restore that succeeded. */
  private boolean isHit(Script script) throws Exception {
    Path target = household.newTarget();
    household.proxy().follow(script);
    Result result = household.restoreLatest(target);
    List<Exchange> faults = household.proxy().faults();
    assertThat(result.exitCode()).as("%s: %s", faults, result).isZero();
    Restored.assertIdentical(
        Map.of(latest, Objects.requireNonNull(household.manifests().get(latest))), target);
    Restored.deleteAll(target);
    return !faults.isEmpty();
  }
}
