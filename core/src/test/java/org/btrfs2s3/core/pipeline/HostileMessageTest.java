package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that anybody may put into a bucket, made to cost memory or time. Each would go on for
 * ever: it must be refused after few bytes, whatever the heap is (invariant 6).
 */
@Timeout(60)
final class HostileMessageTest {

  /** More than the limits and the buffers of the readers. */
  private static final long MUCH = 4L << 20;

  private static final int MARKER = 10;
  private static final int PADDING = 21;
  private static final int USER_ATTRIBUTE = 17;
  private static final int PUBLIC_KEY = 6;
  private static final int SESSION_KEY = 1;
  private static final int PASSPHRASE_SESSION_KEY = 3;
  private static final int SIGNATURE = 2;
  private static final int ONE_PASS_SIGNATURE = 4;
  private static final int LITERAL = 11;
  private static final int COMPRESSED = 8;

  private static final byte[] CONTENT = packet(LITERAL, new byte[] {'b', 0, 0, 0, 0, 0, 'x'});

  @TempDir private Path directory = Path.of("");

  private Path secret = Path.of("");
  private Path certificate = Path.of("");

  @BeforeEach
  void makeKey() throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key("someone").build();
    secret = Files.writeString(directory.resolve("secret"), key.toAsciiArmoredString());
    certificate = directory.resolve("certificate");
    Files.write(certificate, key.toCertificate().getEncoded());
  }

  /** The new format, with the shortest length (RFC 9580, 4.2.1). */
  private static byte[] packet(int tag, byte... body) {
    byte[] header =
        body.length < 192
            ? new byte[] {(byte) (0xc0 | tag), (byte) body.length}
            : header(tag, body.length);
    return Flow.concat(header, body);
  }

  private static byte[] header(int tag, long length) {
    return new byte[] {
      (byte) (0xc0 | tag),
      (byte) 255,
      (byte) (length >> 24),
      (byte) (length >> 16),
      (byte) (length >> 8),
      (byte) length
    };
  }

  /** To a key that it names, or not, by an algorithm of which any bytes may be the session key. */
  private static byte[] sessionKey(long keyId) {
    byte[] body = new byte[42];
    body[0] = 3;
    for (int i = 0; i < Long.BYTES; i++) {
      body[1 + i] = (byte) (keyId >> (8 * (7 - i)));
    }
    body[9] = 25; // X25519
    return packet(SESSION_KEY, body);
  }

  private static byte[] onePassSignature() {
    return packet(ONE_PASS_SIGNATURE, new byte[] {3, 0, 8, 27, 1, 2, 3, 4, 5, 6, 7, 8, 0});
  }

  /** Of Ed25519, with subpackets. */
  private static byte[] signature(byte... subpackets) {
    byte[] head = {4, 0, 27, 8, (byte) (subpackets.length >> 8), (byte) subpackets.length};
    return packet(SIGNATURE, Flow.concat(Flow.concat(head, subpackets), new byte[2 + 2 + 64]));
  }

  /** Over and over again, without an end. */
  private static InputStream endless(byte[] piece) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        int octet = piece[at] & 0xff;
        at = (at + 1) % piece.length;
        return octet;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
          bytes[offset + i] = (byte) read();
        }
        return length;
      }
    };
  }

  private static InputStream then(byte[] first, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(first), rest);
  }

  private static final class Counting extends FilterInputStream {

    long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      count++;
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      count += read;
      return read;
    }
  }

  private OpenPgpDecrypt decrypt() throws IOException {
    return new OpenPgpDecrypt(
        Identities.load(List.of(secret), IdentityPassphrase.NONE), Signers.anyone());
  }

  /** Begins somehow and never ends. */
  private static final class Hostile {

    final String name;
    final byte[] first;
    final byte[] repeated;

    Hostile(String name, byte[] first, byte[] repeated) {
      this.name = name;
      this.first = first;
      this.repeated = repeated;
    }

    InputStream stream() {
      return then(first, endless(repeated));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Hostile many(String what, byte[] first, byte[] repeated) {
    return new Hostile("many " + what, first, repeated);
  }

  private static Hostile huge(String what, byte[] first, int tag) {
    return new Hostile(
        "a huge " + what, Flow.concat(first, header(tag, 0xffffffffL)), new byte[] {4});
  }

  static List<Hostile> messages() {
    byte[] none = {};
    byte[] begun = sessionKey(1);
    return List.of(
        many("session keys", none, sessionKey(7)),
        many("unnamed session keys", none, sessionKey(0)),
        many("session keys of an unknown version", begun, packet(SESSION_KEY, new byte[] {99})),
        many("passphrases", none, packet(PASSPHRASE_SESSION_KEY, new byte[] {4, 9, 0, 8})),
        many("markers", none, packet(MARKER, new byte[] {'P', 'G', 'P'})),
        many("empty paddings", none, packet(PADDING)),
        many(
            "parts of a padding", new byte[] {(byte) (0xc0 | PADDING)}, new byte[] {(byte) 224, 1}),
        huge("marker", none, MARKER),
        huge("padding", none, PADDING),
        huge("session key", none, SESSION_KEY),
        huge("session key after another", begun, SESSION_KEY),
        huge("user attribute instead of content", begun, USER_ATTRIBUTE),
        huge("signature instead of content", begun, SIGNATURE),
        huge("key instead of content", begun, PUBLIC_KEY),
        // The old format, without a length.
        new Hostile("an endless marker", new byte[] {(byte) (0x83 | (MARKER << 2))}, new byte[1]));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isRefusedBeforeItCosts(Hostile message) throws Exception {
    var decrypt = decrypt();
    var in = new Counting(message.stream());

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt.transform(in, OutputStream.nullOutputStream()))
        .withMessageContaining("OpenPGP");
    assertThat(in.count).isLessThan(MUCH);
  }

  static List<Hostile> contents() throws IOException {
    byte[] none = {};
    byte[] endlessZip = {(byte) (0x83 | (COMPRESSED << 2)), 1};
    return List.of(
        many("one-pass signatures", none, onePassSignature()),
        many("signatures", CONTENT, signature()),
        many("signatures before the content", none, signature()),
        many("markers", none, packet(MARKER, new byte[] {'P', 'G', 'P'})),
        many("markers after the content", CONTENT, packet(MARKER, new byte[] {'P', 'G', 'P'})),
        many("contents", none, CONTENT),
        many("empty contents", none, packet(LITERAL, new byte[] {'b', 0, 0, 0, 0, 0})),
        many("paddings", none, packet(PADDING)),
        many("experiments", none, packet(60, new byte[100])),
        many("subpackets", none, signature(repeated(new byte[] {2, 20, 1}, 60_000))),
        many(
            "after an endless compression",
            Flow.concat(endlessZip, deflated(CONTENT)),
            signature()),
        many("compressed signatures", zip(repeated(signature(), 1 << 20)), none.clone()),
        many("nested compressions", none, zip(zip(zip(CONTENT)))),
        huge("signature", CONTENT, SIGNATURE),
        huge("one-pass signature", none, ONE_PASS_SIGNATURE),
        huge("user attribute", none, USER_ATTRIBUTE),
        huge("key", none, PUBLIC_KEY),
        huge("experiment", none, 60),
        // Version 6 tells the length of its subpackets in four octets.
        new Hostile(
            "a signature of subpackets",
            new byte[] {(byte) (0xc0 | SIGNATURE), 100, 6, 0, 27, 8, 127, -1, -1, -1},
            new byte[1]));
  }

  private static byte[] repeated(byte[] piece, int atLeast) {
    byte[] all = new byte[Math.ceilDiv(atLeast, piece.length) * piece.length];
    for (int at = 0; at < all.length; at += piece.length) {
      System.arraycopy(piece, 0, all, at, piece.length);
    }
    return all;
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] zip(byte[] content) throws IOException {
    return packet(COMPRESSED, Flow.concat(new byte[] {1}, deflated(content)));
  }

  /** By whoever knows the public key. */
  @ParameterizedTest
  @MethodSource("contents")
  void contentIsRefusedBeforeItCosts(Hostile content) throws Exception {
    var signer = Signers.load(List.of(certificate), Instant.now().plus(Duration.ofHours(1)));
    for (var signers : List.of(Signers.anyone(), signer)) {
      var stream =
          content.repeated.length == 0 ? new ByteArrayInputStream(content.first) : content.stream();
      var in = new Counting(stream);

      boolean ended = ended(in, signers);

      assertThat(in.count).isLessThan(MUCH);
      // What is not another packet is not looked at: the integrity check reads it.
      assertThat(ended).isEqualTo(content.name.contains("endless compression"));
    }
  }

  private static boolean ended(InputStream in, Signers signers) throws Exception {
    try {
      OpenPgpContent.copy(in, OutputStream.nullOutputStream(), signers);
      return true;
    } catch (IOException | RuntimeException refused) {
      return false;
    }
  }

  @Test
  void noMoreSignaturesAreTriedThanAnyoneMakes() throws Exception {
    var signers = Signers.load(List.of(certificate), Instant.now().plus(Duration.ofHours(1)));
    byte[] many = repeated(signature(), 60_000);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> signers.requireSigned(new byte[1 << 20], many))
        .withMessageContaining("more than " + Signers.MOST_SIGNATURES + " packets");
  }

  @Test
  void fewKeysAreTriedThatAreNotNamed() throws Exception {
    byte[] keys = repeated(sessionKey(0), 60 * sessionKey(0).length);
    byte[] more = repeated(sessionKey(0), 65 * sessionKey(0).length);
    byte[] data = packet(18, Flow.concat(new byte[] {1}, new byte[100]));
    var decrypt = decrypt();

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt.transform(bytes(Flow.concat(more, data)), discard()))
        .withMessageContaining("more than 64 keys that it does not name");
    assertThatExceptionOfType(MissingKeyException.class)
        .isThrownBy(() -> decrypt.transform(bytes(Flow.concat(keys, data)), discard()))
        .withMessageContaining("and others");
  }

  private static InputStream bytes(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static OutputStream discard() {
    return OutputStream.nullOutputStream();
  }

  /** The limits are far beyond what we write. */
  @Test
  void asManyRecipientsAsAreAllowedAreRead() throws Exception {
    var key =
        Recipients.load(List.of(certificate), Instant.now().plus(Duration.ofHours(1)))
            .keys()
            .getFirst();
    var generator = new PGPEncryptedDataGenerator(new CfbEncryptorBuilder(new SecureRandom()));
    for (int i = 0; i < Recipients.MOST; i++) {
      generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key));
    }
    var message = new ByteArrayOutputStream();
    try (var out = generator.open(message, new byte[512])) {
      out.write(CONTENT);
    }
    var plain = new ByteArrayOutputStream();

    decrypt().transform(bytes(message.toByteArray()), plain);

    assertThat(plain.toByteArray()).isEqualTo(new byte[] {'x'});
    // A session key for an RSA key of 16384 bits, which is the longest that gpg makes by far.
    assertThat(Recipients.MOST * (2048L + 20)).isLessThan(OpenPgpDecrypt.MOST_BYTES);
    assertThat(Recipients.MOST).isLessThan(OpenPgpDecrypt.MOST_PACKETS);
  }

  @Test
  void whateverIsLetThroughIsUnchanged() throws Exception {
    var random = new Random(5);
    byte[] message = Flow.concat(Flow.concat(onePassSignature(), CONTENT), signature());
    for (int i = 0; i < 5000; i++) {
      byte[] changed = message.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      var limit = new PacketLimit(bytes(changed), 1000, 1L << 40);
      byte[] passed;
      try {
        passed = i % 2 == 0 ? limit.readAllBytes() : oneByOne(limit);
      } catch (IOException refused) {
        assertThat(refused).hasMessageContaining("without length that is not content");
        continue;
      }
      assertThat(passed).isEqualTo(changed);
    }
  }

  private static byte[] oneByOne(InputStream in) throws IOException {
    var out = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      out.write(octet);
    }
    return out.toByteArray();
  }
}
