package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class CongestionTest {

  private final Congestion congestion = new Congestion();

  @Test
  void nobodyWaitsAsLongAsTheRemoteDoesNotComplain() throws Exception {
    var slots = new ArrayList<Congestion.Slot>();
    for (int i = 0; i < 16; i++) {
      slots.add(congestion.enter());
    }
    assertThat(slots).hasSize(16);
  }

  @Test
  void complaintHalvesWhatIsUnderWay() throws Exception {
    enter(8);
    congestion.complaint(congestion.moment());
    assertThat(congestion.limit()).isEqualTo(4);
    congestion.complaint(congestion.moment());
    assertThat(congestion.limit()).isEqualTo(2);
  }

  @Test
  void neverBelowOne() throws Exception {
    enter(2);
    for (int i = 0; i < 10; i++) {
      congestion.complaint(congestion.moment());
    }
    assertThat(congestion.limit()).isEqualTo(1);
  }

  @Test
  void oneStormIsOneComplaint() throws Exception {
    enter(8);
    long before = congestion.moment();
    for (int i = 0; i < 8; i++) {
      congestion.complaint(before);
    }
    assertThat(congestion.limit()).isEqualTo(4);
  }

  @Test
  void eachRoundOfPartsAllowsOneMore() throws Exception {
    enter(4);
    congestion.complaint(congestion.moment());
    assertThat(congestion.limit()).isEqualTo(2);
    congestion.success();
    congestion.success();
    congestion.success();
    assertThat(congestion.limit()).isEqualTo(3);
  }

  @Test
  void whoIsTooManyWaitsForAnotherToEnd() throws Exception {
    var first = congestion.enter();
    congestion.complaint(congestion.moment());
    var entered = new CompletableFuture<Congestion.Slot>();
    var second =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    entered.complete(congestion.enter());
                  } catch (InterruptedException e) {
                    entered.completeExceptionally(e);
                  }
                });
    while (second.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(entered).isNotDone();
    first.close();
    entered.get().close();
  }

  @Test
  void interruptionEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(congestion::enter).isInstanceOf(InterruptedException.class);
  }

  private void enter(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      var _ = congestion.enter();
    }
  }
}
