package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.btrfs2s3.s3.StallWatch.Watched;
import org.junit.jupiter.api.Test;

final class StallWatchTest {

  private final FakePace pace = new FakePace();
  private final StallWatch watch = StallWatch.byHand(Duration.ofMinutes(2), pace::nanoTime);
  private int aborts;

  @Test
  void cancelsWhatDoesNotMove() {
    var request = request();
    assertThatThrownBy(
            () ->
                request.during(
                    () -> {
                      passAndCheck(Duration.ofSeconds(121));
                      throw new IOException("Socket closed");
                    }))
        .isInstanceOf(StalledException.class)
        .hasMessage("no byte was moved for 120 s");
    assertThat(aborts).isEqualTo(1);
  }

  @Test
  void leavesWhatMovesSlowlyButSteadily() throws Exception {
    var request = request();
    request.during(
        () -> {
          for (int i = 0; i < 1000; i++) {
            passAndCheck(Duration.ofSeconds(119));
            request.moved();
          }
          return true;
        });
    assertThat(aborts).isZero();
  }

  @Test
  void lastBytesOfASlowBodyGetAsMuchTimeAsAllBeforeThem() throws Exception {
    var request = request();
    request.during(
        () -> {
          for (int i = 0; i < 10; i++) {
            passAndCheck(Duration.ofMinutes(1));
            request.moved();
          }
          request.bodyIsOut();
          passAndCheck(Duration.ofMinutes(9));
          assertThat(aborts).isZero();
          passAndCheck(Duration.ofMinutes(2));
          assertThat(aborts).isEqualTo(1);
          return true;
        });
  }

  @Test
  void answerToAFastBodyGetsTheUsualTime() throws Exception {
    var request = request();
    request.during(
        () -> {
          request.bodyIsOut();
          passAndCheck(Duration.ofSeconds(121));
          assertThat(aborts).isEqualTo(1);
          return true;
        });
  }

  @Test
  void doesNotCountTheTimeInWhichTheReaderDoesSomethingElse() throws Exception {
    var request = request();
    for (int i = 0; i < 3; i++) {
      request.during(() -> true);
      passAndCheck(Duration.ofHours(1));
    }
    assertThat(aborts).isZero();
  }

  @Test
  void cancelsWhatIsInterrupted() {
    var request = request();
    assertThatThrownBy(
            () ->
                request.during(
                    () -> {
                      Thread.currentThread().interrupt();
                      watch.check();
                      throw new IOException("Socket closed");
                    }))
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(aborts).isEqualTo(1);
  }

  @Test
  void oneThatCannotBeCancelledDoesNotKeepOthers() throws Exception {
    var stubborn = watch.watch();
    stubborn.of(
        () -> {
          throw new IllegalStateException("no");
        });
    var request = request();
    stubborn.during(
        () ->
            request.during(
                () -> {
                  passAndCheck(Duration.ofMinutes(3));
                  return true;
                }));
    assertThat(aborts).isEqualTo(1);
  }

  private Watched request() {
    var request = watch.watch();
    request.of(() -> aborts++);
    return request;
  }

  private void passAndCheck(Duration duration) {
    pace.pass(duration);
    watch.check();
  }
}
