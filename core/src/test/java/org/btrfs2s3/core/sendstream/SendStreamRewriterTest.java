package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.sendstream.SendStreamWriter.Attributes;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 7: what is restored is what was backed up, on top of exactly its own chain. */
final class SendStreamRewriterTest {

  private static final UUID ID = new UUID(1, 2);
  private static final UUID PARENT = new UUID(3, 4);
  private static final UUID RANDOM = new UUID(-5, -6);
  private static final UUID RANDOM_PARENT = new UUID(-7, -8);
  private static final Map<UUID, UUID> SUBSTITUTES =
      Map.of(ID, RANDOM, PARENT, RANDOM_PARENT, new UUID(9, 9), new UUID(9, 10));
  private static final StreamIdentity FULL = new StreamIdentity(ID, Ctransid.ofKernel(7), null);
  private static final StreamIdentity DIFFERENTIAL =
      new StreamIdentity(ID, Ctransid.ofKernel(7), PARENT);
  private static final String NAME = ".btrfs2s3-restoring.00000000-0000-0001-0000-000000000002";
  private static final byte[] CONTENT = new byte[100_000];

  private static byte[] stream(SendStreamWriter begun, UUID own, UUID parent) {
    return begun
        .mkfile("f", 257)
        .write("f", 0, CONTENT)
        .clone("f", 0, 4096, parent, "f")
        .clone("f", 8192, 4096, own, "f")
        .end()
        .toByteArray();
  }

  private static byte[] rewrite(byte[] stream, StreamIdentity expected, int pieces)
      throws IOException {
    var out = new ByteArrayOutputStream();
    var rewriter = new SendStreamRewriter(expected, NAME, SUBSTITUTES, DeviceNodes.ALLOWED, out);
    for (int i = 0; i < stream.length; i += pieces) {
      rewriter.update(stream, i, Math.min(pieces, stream.length - i));
    }
    rewriter.finish();
    return out.toByteArray();
  }

  @Test
  void renamesAFullStreamAndItsClonesFromItself() throws IOException {
    byte[] original = stream(SendStreamWriter.v1().begin("data", FULL), ID, ID);
    byte[] expected = stream(SendStreamWriter.v1().subvol(NAME, RANDOM, 7), RANDOM, RANDOM);

    assertThat(rewrite(original, FULL, 64 * 1024)).isEqualTo(expected);
  }

  @Test
  void leadsADifferentialStreamToItsParentsReceivedUuid() throws IOException {
    byte[] original = stream(SendStreamWriter.v2().snapshot("data", ID, 7, PARENT, 5), ID, PARENT);
    byte[] expected =
        stream(
            SendStreamWriter.v2().snapshot(NAME, RANDOM, 7, RANDOM_PARENT, 5),
            RANDOM,
            RANDOM_PARENT);

    assertThat(rewrite(original, DIFFERENTIAL, 64 * 1024)).isEqualTo(expected);
  }

  @Test
  void leavesTheCommandsOfVersion2AsTheyAre() throws IOException {
    byte[] original = version2Commands(SendStreamWriter.v2().begin("data", FULL));
    byte[] expected = version2Commands(SendStreamWriter.v2().subvol(NAME, RANDOM, 7));

    assertThat(rewrite(original, FULL, 64 * 1024)).isEqualTo(expected);
    assertThat(rewrite(original, FULL, 1000)).isEqualTo(expected);
  }

  private static byte[] version2Commands(SendStreamWriter begun) {
    return begun
        .mkfile("f", 257)
        .encodedWrite("f", 0, CONTENT)
        .write("f", CONTENT.length, CONTENT)
        .command(23, new Attributes().add(15, "f").add(25, 0).add(18, 0).add(4, 4096))
        .command(24, new Attributes().add(15, "f").add(26, 1))
        .end()
        .toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 11, 17, 4096, 49_151, 65_536, 70_000})
  void rewritesPiecesOfAnySizeAlike(int pieces) throws IOException {
    byte[] original = stream(SendStreamWriter.v1().begin("data", FULL), ID, ID);

    assertThat(rewrite(original, FULL, pieces)).isEqualTo(rewrite(original, FULL, original.length));
  }

  @Test
  void holdsEndBackUntilFinished() throws IOException {
    byte[] original = stream(SendStreamWriter.v1().begin("data", FULL), ID, ID);
    byte[] whole = rewrite(original, FULL, original.length);
    var out = new ByteArrayOutputStream();
    var rewriter = new SendStreamRewriter(FULL, NAME, SUBSTITUTES, DeviceNodes.ALLOWED, out);

    rewriter.update(original, 0, original.length);
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(whole, whole.length - 10));
    rewriter.finish();
    assertThat(out.toByteArray()).isEqualTo(whole);
  }

  @Test
  void neverEndsAStreamThatWasNotVerifiedToItsEnd() {
    byte[] original =
        SendStreamWriter.stream("data", FULL, "content".getBytes(StandardCharsets.UTF_8));
    for (int length = 0; length < original.length; length++) {
      var out = new ByteArrayOutputStream();
      byte[] truncated = Arrays.copyOf(original, length);
      assertThatThrownBy(() -> feed(truncated, out)).isInstanceOf(SendStreamException.class);
      assertThatThrownBy(() -> verify(out.toByteArray())).isInstanceOf(SendStreamException.class);
    }
    for (int i = 0; i < original.length; i++) {
      var out = new ByteArrayOutputStream();
      byte[] garbled = original.clone();
      garbled[i] ^= 1;
      assertThatThrownBy(() -> feed(garbled, out)).isInstanceOf(SendStreamException.class);
      assertThatThrownBy(() -> verify(out.toByteArray())).isInstanceOf(SendStreamException.class);
    }
  }

  private static void feed(byte[] stream, OutputStream out) throws IOException {
    var rewriter = new SendStreamRewriter(FULL, NAME, SUBSTITUTES, DeviceNodes.ALLOWED, out);
    rewriter.update(stream, 0, stream.length);
    rewriter.finish();
  }

  private static void verify(byte[] stream) throws SendStreamException {
    var verifier = SendStreamVerifier.inspecting();
    verifier.update(stream, 0, stream.length);
    verifier.finish();
  }

  @Test
  void writesNothingOfAnotherStreamThanTheExpectedOne() {
    var out = new ByteArrayOutputStream();
    var rewriter =
        new SendStreamRewriter(DIFFERENTIAL, NAME, SUBSTITUTES, DeviceNodes.ALLOWED, out);
    byte[] other = stream(SendStreamWriter.v1().begin("data", FULL), ID, ID);

    assertThatThrownBy(() -> rewriter.update(other, 0, other.length))
        .isInstanceOf(SendStreamException.class);
    assertThat(out.size()).isZero();
  }

  @Test
  void doesNotGoOnAfterAFailedWrite() {
    var full = new IOException("no space");
    var out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw full;
          }
        };
    var rewriter = new SendStreamRewriter(FULL, NAME, SUBSTITUTES, DeviceNodes.ALLOWED, out);
    byte[] stream = stream(SendStreamWriter.v1().begin("data", FULL), ID, ID);

    assertThatThrownBy(() -> rewriter.update(stream, 0, stream.length)).isSameAs(full);
    assertThatThrownBy(rewriter::finish).isInstanceOf(SendStreamException.class);
  }

  @Test
  void wantsASubstituteForEveryUuidThatMayCome() {
    assertThatThrownBy(
            () ->
                new SendStreamRewriter(
                    DIFFERENTIAL,
                    NAME,
                    Map.of(ID, RANDOM),
                    DeviceNodes.ALLOWED,
                    OutputStream.nullOutputStream()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
