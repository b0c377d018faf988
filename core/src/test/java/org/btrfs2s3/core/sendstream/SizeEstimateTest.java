package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SizeEstimateTest {

  private static final StreamIdentity IDENTITY =
      new StreamIdentity(new UUID(1, 2), Ctransid.ofKernel(7), null);

  private static long estimate(byte[] stream) throws SendStreamException {
    var estimate = new SizeEstimate();
    estimate.update(stream, 0, stream.length);
    return estimate.finish();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096, 48 * 1024, 48 * 1024 + 1, 1_000_000})
  void isExactForWholeExtentsOfVersion1(int size) throws Exception {
    byte[] real =
        SendStreamWriter.v1()
            .begin("data", IDENTITY)
            .mkfile("ä", 257)
            .write("ä", 4096, new byte[size])
            .truncate("ä", 4096 + size)
            .end()
            .toByteArray();
    byte[] noData =
        SendStreamWriter.v1()
            .begin("data", IDENTITY)
            .mkfile("ä", 257)
            .updateExtent("ä", 4096, size)
            .truncate("ä", 4096 + size)
            .end()
            .toByteArray();

    assertThat(estimate(noData)).isEqualTo(real.length);
    assertThat(estimate(real)).isEqualTo(real.length);
  }

  @Test
  void isExactForWholeExtentsOfVersion2() throws Exception {
    byte[] real =
        SendStreamWriter.v2()
            .begin("d", IDENTITY)
            .write("f", 0, new byte[1 << 20])
            .end()
            .toByteArray();
    byte[] noData =
        SendStreamWriter.v2()
            .begin("d", IDENTITY)
            .updateExtent("f", 0, 1 << 20)
            .end()
            .toByteArray();

    assertThat(estimate(noData)).isEqualTo(real.length);
  }

  @Test
  void holdsSizesBeyondWhatCouldBeStored() throws Exception {
    byte[] stream =
        SendStreamWriter.v1()
            .begin("d", IDENTITY)
            .updateExtent("f", 0, 1L << 50)
            .end()
            .toByteArray();

    assertThat(estimate(stream)).isBetween(1L << 50, (1L << 50) + (1L << 41));
  }

  @Test
  void refusesImpossibleSizes() {
    for (long size : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      byte[] stream =
          SendStreamWriter.v1().begin("d", IDENTITY).updateExtent("f", 0, size).end().toByteArray();
      assertThatThrownBy(() -> estimate(stream)).isInstanceOf(SendStreamException.class);
    }
  }

  @Test
  void refusesATruncatedStream() {
    byte[] stream = SendStreamWriter.v1().begin("d", IDENTITY).toByteArray();

    assertThatThrownBy(() -> estimate(stream)).isInstanceOf(SendStreamException.class);
  }
}
