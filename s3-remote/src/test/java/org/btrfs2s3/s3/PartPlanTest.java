package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PartPlanTest {

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final UploadLimits LIMITS = UploadLimits.DEFAULT;
  private static final long AVAILABLE = UploadMemory.DEFAULT_BYTES;

  private static final Provider AWS = provider(null);
  private static final Provider CEPH = provider("https://ceph.example.org");
  private static final Provider SCALEWAY = provider("https://s3.fr-par.scw.cloud");
  private static final Provider CLOUDFLARE = provider("https://0a1b.eu.r2.cloudflarestorage.com");

  private static Provider provider(@Nullable String endpoint) {
    var url = endpoint == null ? null : URI.create(endpoint);
    return Provider.of(new S3Endpoint(null, null, null, url, new TlsVerification.On()));
  }

  private static PartPlan plan(long estimate, Provider provider) {
    return PartPlan.forEstimate(estimate, LIMITS, provider, AVAILABLE);
  }

  @Test
  void knowsProvidersByTheirHosts() {
    assertThat(AWS.checksums()).isTrue();
    assertThat(CEPH.checksums()).isFalse();
    assertThat(SCALEWAY.maxParts()).isEqualTo(1_000);
    assertThat(CLOUDFLARE.equalParts()).isTrue();
    assertThat(provider("https://r2.cloudflarestorage.com.example.org")).isEqualTo(CEPH);
    assertThat(AWS.largestObject()).isBetween(48 * TIB, 49 * TIB);
  }

  @ParameterizedTest
  @CsvSource({
    // Estimate, part size, memory, all in MiB.
    "0, 5, 5",
    "1, 5, 5",
    "7, 9, 9",
    "12, 15, 15",
    "13, 16, 16",
    "20, 16, 24",
    "53, 16, 64",
    "16384, 16, 64",
    "79872, 16, 64",
    "81920, 17, 64",
    "163840, 33, 64",
    "300000, 60, 64",
    "400000, 80, 80",
    "640000, 128, 128",
  })
  void plansPartsAndMemoryByTheEstimate(long estimate, long partSize, long memory) {
    var plan = plan(estimate * MIB, CEPH);
    assertThat(plan.partSize()).isEqualTo(partSize * MIB);
    assertThat(plan.memory()).isEqualTo(memory * MIB);
  }

  @Test
  void partsGrowOnlyWhenTheEstimateWasWrongAndNotBeyondTheMemory() {
    var plan = new PartPlan(CEPH, 2 * MIB, 10 * MIB);
    assertThat(plan.sizeOf(1)).isEqualTo(2 * MIB);
    assertThat(plan.sizeOf(6_000)).isEqualTo(2 * MIB);
    assertThat(plan.sizeOf(6_001)).isEqualTo(8 * MIB);
    assertThat(plan.sizeOf(8_000)).isEqualTo(8 * MIB);
    assertThat(plan.sizeOf(8_001)).isEqualTo(10 * MIB);
    assertThat(plan.sizeOf(10_000)).isEqualTo(10 * MIB);
  }

  @Test
  void partsAreAllEqualWhereTheyMustBe() {
    var plan = plan(200 * GIB, CLOUDFLARE);
    assertThat(plan.sizeOf(10_000)).isEqualTo(plan.sizeOf(1));
    assertThat(plan.capacity()).isGreaterThanOrEqualTo(600 * GIB);
  }

  @Test
  void thereIsNoPartBeyondTheLast() {
    assertThat(plan(0, SCALEWAY).sizeOf(1_000)).isPositive();
    assertThatThrownBy(() -> plan(0, SCALEWAY).sizeOf(1_001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plan(0, SCALEWAY).sizeOf(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Within the estimate no plan comes near its last part, and twice the estimate still fits.

  @Property(seed = "4711")
  void whatWasEstimatedStaysFarFromTheLastPart(@ForAll @LongRange(max = 600 * GIB) long estimate) {
    assertHeadroom(estimate, CEPH);
    assertHeadroom(estimate, AWS);
  }

  @Property(seed = "4712")
  void whatWasEstimatedStaysFarFromTheLastOfFewParts(
      @ForAll @LongRange(max = 60 * GIB) long estimate) {
    assertHeadroom(estimate, SCALEWAY);
  }

  @Property(seed = "4713")
  void whatWasEstimatedStaysFarFromTheLastOfEqualParts(
      @ForAll @LongRange(max = 400 * GIB) long estimate) {
    assertHeadroom(estimate, CLOUDFLARE);
  }

  @Property(seed = "4714")
  void twentyPartsAreEnough(@ForAll @LongRange(max = GIB) long estimate) {
    assertHeadroom(estimate, new Provider(20, false, TIB, 5 * MIB, false, true));
  }

  private static void assertHeadroom(long estimate, Provider provider) {
    var plan = plan(estimate, provider);
    long inSixTenths = Math.ceilDiv(provider.maxParts() * 6, 10) * plan.partSize();
    assertThat(5 * inSixTenths).isGreaterThanOrEqualTo(6 * estimate);
    assertThat(plan.capacity()).isGreaterThanOrEqualTo(2 * estimate);
    assertThat(plan.partSize()).isGreaterThanOrEqualTo(provider.smallestPart());
    assertThat(plan.memory()).isBetween(plan.partSize(), AVAILABLE);
  }

  @Property(seed = "4715")
  void capacityIsTheSumOfAllParts(@ForAll @LongRange(max = 600 * GIB) long estimate) {
    for (var provider : new Provider[] {AWS, SCALEWAY}) {
      var plan = plan(Math.min(estimate, 60 * GIB), provider);
      long sum = 0;
      for (int number = 1; number <= provider.maxParts(); number++) {
        sum += plan.sizeOf(number);
      }
      assertThat(plan.capacity()).isEqualTo(sum);
    }
  }
}
