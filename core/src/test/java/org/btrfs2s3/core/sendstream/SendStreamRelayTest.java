package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** Invariant 7: END, which completes what is received, comes only when everything was checked. */
final class SendStreamRelayTest {

  private static final int END_BYTES = 10;
  private static final UUID ID = new UUID(1, 2);
  private static final StreamIdentity IDENTITY =
      new StreamIdentity(ID, Ctransid.ofKernel(7), new UUID(3, 4));
  private static final byte[] V1 = stream(SendStreamWriter.v1());
  private static final byte[] V2 = stream(SendStreamWriter.v2());

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static byte[] stream(SendStreamWriter writer) {
    return writer
        .begin("data", IDENTITY)
        .mkfile("f", 257)
        .write("f", 0, new byte[100_000])
        .end()
        .toByteArray();
  }

  private SendStreamRelay relay(byte[] stream, int pieces) throws Exception {
    var relay = new SendStreamRelay(IDENTITY, out);
    for (int i = 0; i < stream.length; i += pieces) {
      relay.update(stream, i, Math.min(pieces, stream.length - i));
    }
    return relay;
  }

  @Test
  void passesOnEveryByteAsItIsAndEndLast() throws Exception {
    for (byte[] stream : List.of(V1, V2)) {
      for (int pieces : List.of(1, 1000, stream.length)) {
        out.reset();
        var relay = relay(stream, pieces);
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(stream, stream.length - END_BYTES));

        relay.finish();
        assertThat(out.toByteArray()).isEqualTo(stream);
      }
    }
  }

  @Test
  void endsNothingThatIsNotWhole() throws Exception {
    var relay = relay(Arrays.copyOf(V1, V1.length - END_BYTES), 1000);

    assertThatThrownBy(relay::finish).isInstanceOf(SendStreamException.class);
    assertThat(out.size()).isEqualTo(V1.length - END_BYTES);
  }

  @Test
  void passesOnNothingOfADamagedCommandAndNothingAfterIt() {
    var damaged = V1.clone();
    damaged[damaged.length - END_BYTES - 1] ^= 1;

    assertThatThrownBy(() -> relay(damaged, 1000)).hasMessageContaining("checksum");
    assertThat(out.size()).isLessThan(V1.length - END_BYTES);
  }

  @Test
  void refusesAnotherSnapshot() {
    var other = new StreamIdentity(new UUID(5, 6), Ctransid.ofKernel(7), new UUID(3, 4));
    var stream = SendStreamWriter.v1().begin("data", other).end().toByteArray();

    assertThatThrownBy(() -> relay(stream, stream.length)).isInstanceOf(SendStreamException.class);
    assertThat(out.size()).isZero();
  }
}
