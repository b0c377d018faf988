package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.it.lab.Household;
import org.btrfs2s3.it.lab.Soundness;
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

/**
 * Requests of an update that break on their way: the update succeeds all the same, and what it
 * leaves is sound. (Invariants 1, 2, 3, 10, 11.)
 */
class RequestFaultsTest {
  private static final Set<RequestKind> WRITES =
      EnumSet.of(
          RequestKind.PUT_OBJECT,
          RequestKind.CREATE_UPLOAD,
          RequestKind.UPLOAD_PART,
          RequestKind.COMPLETE_UPLOAD,
          RequestKind.DELETE_OBJECTS);

  /** After the first listing. */
  private static final int STORM_BEGINS = 2;

  private Household household;
  private Soundness soundness;
  private long changes;

  @BeforeEach
  void create() throws IOException {
    begin(S3Engine.S3PROXY);
  }

  private void begin(S3Engine engine) throws IOException {
    changes = 0;
    household = Household.create(engine);
    soundness = Soundness.of(household);
    // From now on every update does everything: it snapshots, uploads and deletes.
    while (changes < 2) {
      household.change(++changes);
      household.update().expect(0);
      household.manifests();
    }
  }

  @AfterEach
  void close() throws IOException {
    household.close();
  }

  /** What happens to one request, of whatever kind it is. */
  private enum OneFault {
    ERROR,
    HUNG_UP,
    ANSWER_LOST;

    Fault fault(int number) {
      return switch (this) {
        case ERROR ->
            number % 2 == 0
                ? new Fault.Answer(500, "InternalError", false)
                : new Fault.Answer(503, "SlowDown", false);
        case HUNG_UP -> Cut.at(Point.BEFORE_REQUEST);
        case ANSWER_LOST -> Cut.at(Point.BEFORE_ANSWER);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestMayFailOnce(OneFault one) throws Exception {
    int requests = 0;
    while (isHit(Script.at(requests + 1, one.fault(requests)))) {
      requests++;
    }
    assertThat(requests).as("requests of an update").isGreaterThan(20);
  }

  /** What happens to one request that changes something, and has a body. */
  private enum WriteFault {
    RESET_IN_BODY,
    /** The server says that it failed, and did not. */
    ERROR_ALTHOUGH_DONE;

    Fault fault() {
      return switch (this) {
        case RESET_IN_BODY -> Cut.at(Point.IN_REQUEST).after(100);
        case ERROR_ALTHOUGH_DONE -> new Fault.Answer(500, "InternalError", true);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWriteMayFailOnce(WriteFault write) throws Exception {
    assertEveryWriteMayFailOnce(write);
  }

  @ParameterizedTest
  @EnumSource
  void everyWriteToADistributedEngineMayFailOnce(WriteFault write) throws Exception {
    S3Engine.CEPH.orSkip();
    household.close();
    begin(S3Engine.CEPH);
    assertEveryWriteMayFailOnce(write);
  }

  private void assertEveryWriteMayFailOnce(WriteFault write) throws Exception {
    for (RequestKind kind : WRITES) {
      int requests = 0;
      while (isHit(Script.at(kind, requests + 1, write.fault()))) {
        requests++;
      }
      assertThat(requests).as("%s of an update", kind).isPositive();
    }
  }

  /** What S3 may say of a CompleteMultipartUpload after it began to answer. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void errorMayComeWithStatus200(boolean executed) throws Exception {
    Fault error = new Fault.Answer(200, "InternalError", executed);
    assertThat(isHit(Script.at(RequestKind.COMPLETE_UPLOAD, 1, error))).isTrue();
  }

  @Test
  void stormOfSlowDownsIsSatOut() throws Exception {
    assertThat(isHit(Script.storm(STORM_BEGINS, 12, new Fault.Answer(503, "SlowDown", false))))
        .isTrue();
  }

  /** The first request of each kind, in both directions. */
  @Test
  void serverMayBeSlow() throws Exception {
    Fault slow = new Fault.Trickle(1000, 2000);
    assertThat(isHit(request -> request.ordinal() == 1 ? slow : new Fault.None())).isTrue();
  }

  /** Takes as long as the program's own patience, which is minutes. */
  @ParameterizedTest
  @EnumSource(
      value = RequestKind.class,
      names = {"UPLOAD_PART"})
  void serverThatNeverAnswersIsAskedAgain(RequestKind kind) throws Exception {
    Fault.Hold hold = Fault.Hold.forEver();
    // What was held is let through at last: the program has long forgotten it.
    assertThat(isHit(Script.at(kind, 1, hold), hold.gate()::countDown)).isTrue();
  }

  /** Whether the script did anything to an update that succeeded and left what it should. */
  private boolean isHit(Script script) throws Exception {
    return isHit(script, () -> {});
  }

  private boolean isHit(Script script, Runnable afterUpdate) throws Exception {
    household.change(++changes);
    household.proxy().follow(script);
    Result result = household.update();
    afterUpdate.run();
    List<Exchange> faults = household.proxy().faults();
    assertThat(result.exitCode()).as("%s: %s", faults, result).isZero();
    if (faults.isEmpty() || faults.stream().anyMatch(RequestFaultsTest::isWrite)) {
      // Only these can do harm to what is stored, and restoring takes its time.
      soundness.assertVisibleIsWhole();
    }
    if (!faults.isEmpty()) {
      // Of an upload whose beginning was never confirmed only the server knows: the next run asks.
      household.proxy().follow(Script.HEALTHY);
      household.update().expect(0);
    }
    household.manifests();
    soundness.assertComplete();
    soundness.assertNothingPending();
    return !faults.isEmpty();
  }

  private static boolean isWrite(Exchange exchange) {
    return WRITES.contains(exchange.request().kind());
  }
}
