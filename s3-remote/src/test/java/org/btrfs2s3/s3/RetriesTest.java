package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.Test;

final class RetriesTest {

  private final RemoteException failure = new RemoteException(Kind.TRANSIENT, "away");

  private final FakePace pace = new FakePace();
  private final Retries retries = new Retries(Duration.ofHours(6), pace);

  @Test
  void pausesDoubleUpToAMinute() throws Exception {
    var repetition = retries.begin();
    for (int i = 0; i < 12; i++) {
      assertThat(repetition.pauseAfter(failure)).isTrue();
    }
    assertThat(pace.pauses().subList(0, 4))
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4));
    assertThat(pace.pauses().subList(7, 12)).containsOnly(Duration.ofMinutes(1));
  }

  @Test
  void pausesAreARandomPartOfThat() throws Exception {
    var half =
        new Pace() {
          @Override
          public long nanoTime() {
            return pace.nanoTime();
          }

          @Override
          public void sleep(Duration duration) throws InterruptedException {
            pace.sleep(duration);
          }

          @Override
          public double random() {
            return 0.25;
          }
        };
    new Retries(Duration.ofHours(1), half).begin().pauseAfter(failure);
    assertThat(pace.pauses()).containsExactly(Duration.ofMillis(125));
  }

  @Test
  void givesUpWhenThePolicySaysSo() throws Exception {
    var repetition = retries.begin();
    while (repetition.pauseAfter(failure)) {
      assertThat(pace.nanoTime()).isLessThanOrEqualTo(Duration.ofHours(6).toNanos());
    }
    assertThat(Duration.ofNanos(pace.nanoTime())).isGreaterThan(Duration.ofMinutes(358));
    assertThat(repetition.lastWord(failure))
        .hasMessageMatching("away; it was tried \\d{3} times in vain");
  }

  @Test
  void listingsAreGivenUpSooner() throws Exception {
    var repetition = retries.begin(Retries.BRIEF);
    while (repetition.pauseAfter(failure)) {
      assertThat(pace.nanoTime()).isLessThanOrEqualTo(Duration.ofMinutes(2).toNanos());
    }
    assertThat(pace.pauses()).hasSizeGreaterThan(5);
  }

  @Test
  void boundCountsFromTheBeginning() throws Exception {
    var repetition = retries.within(Retries.BRIEF);
    pace.pass(Duration.ofSeconds(90));
    assertThat(repetition.left()).isEqualTo(Duration.ofSeconds(30));
    assertThat(repetition.pauseAfter(failure)).isTrue();
    pace.pass(Duration.ofSeconds(30));
    assertThat(repetition.pauseAfter(failure)).isFalse();
  }

  @Test
  void boundBeyondThePolicyIsThatOfThePolicy() throws Exception {
    var repetition = retries.within(Requests.AS_LONG_AS_ALLOWED);
    pace.pass(Duration.ofHours(7));
    assertThat(repetition.left()).isEqualTo(Duration.ofHours(6));
    assertThat(repetition.pauseAfter(failure)).isTrue();
  }

  @Test
  void thePolicyMayBeShorterThanThat() throws Exception {
    var hasty = new Retries(Duration.ZERO, pace);
    assertThat(hasty.begin(Retries.BRIEF).pauseAfter(failure)).isFalse();
    var repetition = hasty.begin();
    assertThat(repetition.pauseAfter(failure)).isFalse();
    assertThat(repetition.lastWord(failure)).isSameAs(failure);
    assertThat(pace.pauses()).isEmpty();
  }

  @Test
  void timeCountsFromTheFirstFailureAndAnewAfterProgress() throws Exception {
    var repetition = retries.begin();
    pace.pass(Duration.ofHours(7));
    assertThat(repetition.pauseAfter(failure)).isTrue();
    pace.pass(Duration.ofHours(5));
    assertThat(repetition.pauseAfter(failure)).isTrue();
    repetition.gotOn();
    pace.pass(Duration.ofHours(5));
    assertThat(repetition.pauseAfter(failure)).isTrue();
    pace.pass(Duration.ofHours(7));
    assertThat(repetition.pauseAfter(failure)).isFalse();
  }

  @Test
  void interruptionEndsAPauseAtOnce() {
    Thread.currentThread().interrupt();
    var patient = new Retries(Duration.ofHours(6), Pace.SYSTEM).begin();
    assertThatThrownBy(() -> patient.pauseAfter(failure)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void firstContactLastsUntilTheRemoteSaysAnything() {
    assertThat(retries.begin().isFirstContact()).isTrue();
    retries.answered();
    assertThat(retries.begin().isFirstContact()).isFalse();
  }
}
