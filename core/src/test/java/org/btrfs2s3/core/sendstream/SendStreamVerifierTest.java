package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.sendstream.SendStreamWriter.Attributes;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 1: only a stream that was seen whole, and is the right one, may become visible. */
final class SendStreamVerifierTest {

  private static final UUID ID = UUID.fromString("3fd11d8e-8110-4cd0-b85c-bae3dda86a3d");
  private static final UUID PARENT = UUID.fromString("9d9d3bcb-4b62-46a3-b6e2-678eb27f9d7a");
  private static final StreamIdentity FULL = new StreamIdentity(ID, Ctransid.ofKernel(7), null);
  private static final StreamIdentity DIFFERENTIAL =
      new StreamIdentity(ID, Ctransid.ofKernel(-1), PARENT);

  private static SendStreamWriter full() {
    return SendStreamWriter.v1().begin("data", FULL);
  }

  private static StreamIdentity verify(byte[] stream, int pieces) throws SendStreamException {
    var verifier = SendStreamVerifier.inspecting();
    for (int i = 0; i < stream.length; i += pieces) {
      verifier.update(stream, i, Math.min(pieces, stream.length - i));
    }
    return verifier.finish();
  }

  private static StreamIdentity verify(byte[] stream) throws SendStreamException {
    return verify(stream, Math.max(1, stream.length));
  }

  private static void assertRefused(byte[] stream, String message) {
    assertThatThrownBy(() -> verify(stream))
        .isInstanceOf(SendStreamException.class)
        .hasMessageContaining(message);
  }

  private static byte[] small() {
    return SendStreamWriter.v1()
        .begin("data", DIFFERENTIAL)
        .chmod("", 0755)
        .mkfile("a/ä", 257)
        .symlink("s", 258, "/etc/../passwd")
        .link("b", "a/ä")
        .write("b", 4096, new byte[] {1, 2, 3})
        .clone("b", 0, 4096, PARENT, "old/b")
        .clone("b", 0, 4096, ID, "b")
        .end()
        .toByteArray();
  }

  @Test
  void tellsTheIdentityOfAWholeStream() throws Exception {
    assertThat(verify(small())).isEqualTo(DIFFERENTIAL);
    assertThat(verify(full().end().toByteArray())).isEqualTo(FULL);
  }

  @Test
  void tellsTheIdentityAsSoonAsItWasRead() throws Exception {
    var verifier = SendStreamVerifier.inspecting();
    byte[] stream = full().toByteArray();

    verifier.update(stream, 0, stream.length - 1);
    assertThat(verifier.identity()).isEmpty();
    verifier.update(stream, stream.length - 1, 1);
    assertThat(verifier.identity()).contains(FULL);
  }

  @Test
  void readsVersion2WithDataOfNoStatedLength() throws Exception {
    byte[] stream =
        SendStreamWriter.v2()
            .begin("data", FULL)
            .write("f", 0, new byte[300_000])
            .encodedWrite("f", 300_000, new byte[300_000])
            .command(23, new Attributes().add(15, "f").add(25, 0).add(18, 0).add(4, 4096))
            .command(24, new Attributes().add(15, "f").add(26, 1))
            .end()
            .toByteArray();

    assertThat(verify(stream)).isEqualTo(FULL);
    assertThat(verify(stream, 1000)).isEqualTo(FULL);
  }

  /** Golden objects: what the kernel wrote for the Python tool. */
  @TestFactory
  Stream<DynamicTest> acceptsRealStreamsAsWhatTheirKeysSay() throws Exception {
    URL golden = SendStreamVerifierTest.class.getResource("/golden");
    List<Path> files;
    try (Stream<Path> listing = Files.list(Path.of(golden.toURI()))) {
      files = listing.sorted().toList();
    }
    assertThat(files).hasSize(3);
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(file.getFileName().toString(), () -> checkGolden(file)));
  }

  private static void checkGolden(Path file) throws IOException {
    byte[] stream = Files.readAllBytes(file);
    var key = (ParsedKey.Known) BackupKey.decode(file.getFileName().toString());
    BackupIdentity identity = key.identity();
    var expected = new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent());
    var verifier = SendStreamVerifier.expecting(expected);

    verifier.update(stream, 0, stream.length);

    assertThat(verifier.finish()).isEqualTo(expected);
  }

  @Test
  void refusesAnyOtherStreamThanTheExpectedOne() {
    byte[] stream = small();
    for (StreamIdentity other :
        List.of(
            FULL,
            new StreamIdentity(PARENT, DIFFERENTIAL.ctransid(), PARENT),
            new StreamIdentity(ID, Ctransid.ofKernel(8), PARENT),
            new StreamIdentity(ID, DIFFERENTIAL.ctransid(), ID),
            new StreamIdentity(ID, DIFFERENTIAL.ctransid(), null))) {
      var verifier = SendStreamVerifier.expecting(other);
      assertThatThrownBy(() -> verifier.update(stream, 0, stream.length))
          .isInstanceOf(SendStreamException.class)
          .hasMessageContaining("is " + DIFFERENTIAL)
          .hasMessageContaining("expected was " + other);
    }
  }

  @Test
  void refusesEveryFlippedBit() {
    byte[] stream = small();
    for (int bit = 0; bit < stream.length * 8; bit++) {
      stream[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> verify(stream)).isInstanceOf(SendStreamException.class);
      stream[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void refusesEveryTruncation() {
    byte[] stream = small();
    for (int length = 0; length < stream.length; length++) {
      byte[] truncated = Arrays.copyOf(stream, length);
      SendStreamException e =
          catchThrowableOfType(SendStreamException.class, () -> verify(truncated));
      assertThat(e).hasMessageContaining("ends before the END command");
      assertThat(e.offset()).isEqualTo(length);
    }
  }

  @Test
  void refusesAnythingAfterEnd() {
    byte[] stream = small();

    assertRefused(Arrays.copyOf(stream, stream.length + 1), "bytes after the END command");
    assertRefused(full().end().end().toByteArray(), "bytes after the END command");
  }

  @Test
  void staysRefused() {
    var verifier = SendStreamVerifier.inspecting();
    byte[] broken = new byte[17];
    byte[] whole = small();
    assertThatThrownBy(() -> verifier.update(broken, 0, 17))
        .isInstanceOf(SendStreamException.class);

    assertThatThrownBy(() -> verifier.update(whole, 0, whole.length))
        .isInstanceOf(SendStreamException.class);
    assertThatThrownBy(verifier::finish).isInstanceOf(SendStreamException.class);
  }

  @Test
  void refusesOtherVersions() {
    for (int version : new int[] {0, 3, -1}) {
      assertRefused(
          SendStreamWriter.ofVersion(version).begin("data", FULL).end().toByteArray(),
          "is not supported");
    }
  }

  @Test
  void refusesCommandsThatItsVersionDoesNotHave() {
    assertRefused(full().command(0, new Attributes()).toByteArray(), "unknown command 0");
    assertRefused(full().command(23, new Attributes()).toByteArray(), "unknown command 23");
    assertRefused(
        SendStreamWriter.v2().begin("d", FULL).command(26, new Attributes()).toByteArray(),
        "unknown command 26");
  }

  @Test
  void refusesMalformedAttributes() {
    assertRefused(full().command(11, new Attributes().add(25, "x")).toByteArray(), "unknown attr");
    assertRefused(full().command(11, new Attributes().add(0, "x")).toByteArray(), "unknown attr");
    assertRefused(
        full().command(11, new Attributes().add(15, "x").add(15, "y")).toByteArray(),
        "comes twice");
    assertRefused(
        full().command(11, new Attributes().addLast(15, new byte[1])).toByteArray(), "cut off");
    assertRefused(
        full().command(11, new Attributes().addLast(15, new byte[] {9, 0, 1})).toByteArray(),
        "longer than its command");
    assertRefused(full().command(21, new Attributes().add(15, "x")).toByteArray(), "END with");
  }

  @Test
  void refusesALengthThatNoCommandHas() {
    for (int length : new int[] {64 * 1024 + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      byte[] stream = Arrays.copyOf(full().toByteArray(), full().toByteArray().length + 10);
      ByteBuffer.wrap(stream)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(stream.length - 10, length)
          .putShort(stream.length - 6, (short) 15);
      assertRefused(stream, "impossible length");
    }
  }

  @Test
  void refusesAStreamThatDoesNotBeginWithASubvolume() {
    assertRefused(SendStreamWriter.v1().end().toByteArray(), "instead of a subvolume");
    assertRefused(SendStreamWriter.v1().mkfile("f", 257).toByteArray(), "instead of a subvolume");
  }

  @Test
  void refusesASecondSubvolume() {
    assertRefused(full().begin("data", FULL).end().toByteArray(), "second subvolume");
    assertRefused(full().begin("data", DIFFERENTIAL).end().toByteArray(), "second subvolume");
  }

  @Test
  void refusesAnIncompleteFirstCommand() {
    var path = new Attributes().add(15, "d").add(1, ID);
    var parent = new Attributes().add(15, "d").add(1, ID).add(2, 7).add(20, PARENT);
    assertRefused(SendStreamWriter.v1().command(1, path).toByteArray(), "does not tell");
    assertRefused(SendStreamWriter.v1().command(2, path.add(2, 7)).toByteArray(), "does not tell");
    assertRefused(SendStreamWriter.v1().command(1, parent).toByteArray(), "does not tell");
    assertRefused(
        SendStreamWriter.v1().command(1, new Attributes().add(1, "short")).toByteArray(),
        "5 bytes instead of 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/a", "a/", "a\0"})
  void refusesANameOfTheSubvolumeThatIsNotPlain(String name) {
    assertRefused(SendStreamWriter.v1().begin(name, FULL).end().toByteArray(), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "/", "..", "../x", "a/../x", "a/..", "a\0b"})
  void refusesPathsThatLeadElsewhere(String path) {
    assertRefused(full().unlink(path).end().toByteArray(), "path");
    assertRefused(full().rename("a", path).end().toByteArray(), "path");
    assertRefused(full().link("a", path).end().toByteArray(), "path");
    assertRefused(full().clone("a", 0, 1, ID, path).end().toByteArray(), "path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "..a", "a..", "a/..b/c", "...", "a b/\n"})
  void acceptsPathsWithin(String path) throws Exception {
    assertThat(verify(full().unlink(path).rename(path, path).end().toByteArray())).isEqualTo(FULL);
  }

  @Test
  void refusesAStreamWithoutData() {
    assertRefused(full().updateExtent("f", 0, 4096).end().toByteArray(), "--no-data");
  }

  @Test
  void refusesClonesFromOutsideTheChain() {
    assertRefused(full().clone("a", 0, 1, PARENT, "b").end().toByteArray(), "stranger");
    assertRefused(
        SendStreamWriter.v1()
            .begin("d", DIFFERENTIAL)
            .clone("a", 0, 1, new UUID(1, 2), "b")
            .toByteArray(),
        "stranger");
  }

  @Test
  void saysWhereTheProblemIs() {
    int good = full().toByteArray().length;
    byte[] stream = full().command(11, new Attributes().add(15, "x").add(30, "y")).toByteArray();

    SendStreamException e = catchThrowableOfType(SendStreamException.class, () -> verify(stream));

    assertThat(e.offset()).isEqualTo(good + 10 + 5);
    assertThat(e).hasMessage("send stream at byte " + (good + 15) + ": unknown attribute 30");
  }
}
