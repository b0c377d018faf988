package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class PartPlanTest {

  private static final int MIB = 1 << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final int SMALLEST = 16 * MIB;

  @Test
  void smallStreamsGetTheSmallestParts() {
    assertThat(PartPlan.forEstimate(0, SMALLEST).partSize()).isEqualTo(SMALLEST);
    assertThat(PartPlan.forEstimate(78 * GIB, SMALLEST).partSize()).isEqualTo(SMALLEST);
  }

  @Test
  void largerStreamsGetLargerParts() {
    assertThat(PartPlan.forEstimate(79 * GIB, SMALLEST).partSize()).isEqualTo(17 * MIB);
    assertThat(PartPlan.forEstimate(TIB, SMALLEST).partSize()).isEqualTo(210 * MIB);
  }

  @Test
  void partSizeStaysWithinAnArray() {
    var plan = PartPlan.forEstimate(Long.MAX_VALUE, SMALLEST);
    assertThat(plan.partSize()).isEqualTo(PartPlan.LARGEST_PART);
    assertThat(plan.largestPart()).isEqualTo(PartPlan.LARGEST_PART);
    assertThat(plan.capacity()).isEqualTo(10_000L * GIB);
  }

  @Test
  void partsGrowOnlyWhenTheEstimateWasWrong() {
    var plan = new PartPlan(SMALLEST);
    assertThat(plan.sizeOf(1)).isEqualTo(SMALLEST);
    assertThat(plan.sizeOf(6000)).isEqualTo(SMALLEST);
    assertThat(plan.sizeOf(6001)).isEqualTo(4 * SMALLEST);
    assertThat(plan.sizeOf(8001)).isEqualTo(16 * SMALLEST);
    assertThat(plan.sizeOf(10_000)).isEqualTo(16 * SMALLEST);
  }

  @Test
  void thereIsNoPartBeyondTheLast() {
    var plan = new PartPlan(SMALLEST);
    assertThatThrownBy(() -> plan.sizeOf(10_001)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plan.sizeOf(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "4711")
  void theEstimateAndAFifthFitIntoEqualPartsAndNineTimesItIntoAll(
      @ForAll @LongRange(max = 4 * (1L << 40)) long estimate) {
    var plan = PartPlan.forEstimate(estimate, SMALLEST);
    assertThat(5 * 6000L * plan.partSize()).isGreaterThanOrEqualTo(6 * estimate);
    if (plan.partSize() <= PartPlan.LARGEST_PART / 16) {
      assertThat(plan.capacity()).isGreaterThanOrEqualTo(9 * estimate);
    }
  }

  @Property(seed = "4712")
  void capacityIsTheSumOfAllParts(@ForAll @LongRange(max = 3 * (1L << 40)) long estimate) {
    var plan = PartPlan.forEstimate(estimate, SMALLEST);
    long sum = 0;
    for (int number = 1; number <= PartPlan.MAX_PARTS; number++) {
      sum += plan.sizeOf(number);
    }
    assertThat(plan.capacity()).isEqualTo(sum);
  }

  // Invariant 6: bounded memory, stated in bytes.
  @Test
  void memoryBoundIsTheLimitUntilPartsOutgrowIt() {
    var limits = UploadLimits.DEFAULT;
    // A stream that outgrows its estimate ends in parts of 16 times the size.
    assertThat(limits.memoryBound(0)).isEqualTo(256L * MIB);
    assertThat(limits.memoryBound(TIB)).isEqualTo(GIB);
    assertThat(limits.memoryBound(5 * TIB)).isEqualTo(2 * GIB);
  }
}
