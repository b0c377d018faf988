package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.btrfs2s3.policy.Ctransid;

/** Invariant 1: what is accepted and refused depends on the bytes alone. */
final class SendStreamVerifierPropertyTest {

  private static final StreamIdentity DIFFERENTIAL =
      new StreamIdentity(new UUID(1, 2), Ctransid.ofKernel(-1), new UUID(3, 4));

  @Property(seed = "7036", tries = 300)
  void seesTheSameInPiecesOfAnySize(
      @ForAll @Size(min = 1) List<@IntRange(min = 1, max = 90) Integer> sizes)
      throws SendStreamException {
    byte[] stream = SendStreamWriter.stream("data", DIFFERENTIAL, new byte[200]);
    var verifier = SendStreamVerifier.expecting(DIFFERENTIAL);
    int next = 0;
    for (int i = 0; next < stream.length; i++) {
      int length = Math.min(sizes.get(i % sizes.size()), stream.length - next);
      byte[] piece = Arrays.copyOfRange(stream, next, next + length);
      verifier.update(piece, 0, length);
      Arrays.fill(piece, (byte) 0x55); // The caller's buffer is its own again.
      next += length;
    }
    assertThat(verifier.finish()).isEqualTo(DIFFERENTIAL);
  }

  @Property(seed = "7037", tries = 300)
  void refusesGarbageWithinTheBoundOfOneCommand(@ForAll Random random) {
    byte[] beginning = SendStreamWriter.v1().begin("data", DIFFERENTIAL).toByteArray();
    byte[] stream = Arrays.copyOf(beginning, 300_000);
    byte[] garbage = new byte[stream.length];
    random.nextBytes(garbage);
    int good = beginning.length;
    System.arraycopy(garbage, 0, stream, good, stream.length - good);
    // A length that a command may have, so that it is read to its end.
    ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putInt(good, garbage[0] & 0xffff);
    var verifier = SendStreamVerifier.inspecting();

    SendStreamException e =
        catchThrowableOfType(
            SendStreamException.class, () -> verifier.update(stream, 0, stream.length));

    assertThat(e.offset()).isEqualTo(good);
  }
}
