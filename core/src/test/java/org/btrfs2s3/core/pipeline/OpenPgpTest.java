package org.btrfs2s3.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.btrfs2s3.core.pipeline.GpgHome.Algorithm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenPGP, both ways, with gpg at the other end. */
@Timeout(120)
class OpenPgpTest {

  /** Later than any key's creation during the tests. */
  private static Instant now;

  private static GpgHome gpg;
  private static Path ecc;
  private static Path eccSecret;
  private static Path rsa;
  private static Path rsaSecret;

  @TempDir Path temporary;

  @BeforeAll
  static void makeKeys() throws Exception {
    Tool.assumeInstalled("gpg");
    now = Instant.now().plus(Duration.ofHours(1));
    gpg = new GpgHome();
    gpg.generate("ecc", Algorithm.ECC, "", "never");
    gpg.generate("rsa", Algorithm.RSA, "", "never");
    ecc = gpg.exportPublic("ecc", true);
    eccSecret = gpg.exportSecret("ecc", "");
    rsa = gpg.exportPublic("rsa", false);
    rsaSecret = gpg.exportSecret("rsa", "");
  }

  @AfterAll
  static void stopAgent() throws Exception {
    if (gpg != null) {
      gpg.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 65514, 65535, 65536, 65537, 131072, 3_000_001})
  void gpgDecryptsWhatIsEncrypted(int length) throws Exception {
    byte[] plain = Flow.noise(length);

    byte[] message = Flow.through(plain, encrypt(ecc));

    assertThat(gpg.gpg(message, "--decrypt")).isEqualTo(plain);
    assertThat(Flow.through(message, decrypt(eccSecret))).isEqualTo(plain);
  }

  @Test
  void everyRecipientCanDecrypt() throws Exception {
    byte[] plain = Flow.noise(100_000);

    byte[] message = Flow.through(plain, encrypt(ecc, rsa));

    assertThat(Flow.through(message, decrypt(eccSecret))).isEqualTo(plain);
    assertThat(Flow.through(message, decrypt(rsaSecret))).isEqualTo(plain);
    assertThat(gpg.gpg(message, "--decrypt")).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-z0", "-z6", "--compress-algo=bzip2", "--cipher-algo=3DES", "--sign"})
  void decryptsWhatGpgEncrypts(String option) throws Exception {
    for (String name : List.of("ecc", "rsa")) {
      byte[] plain = Flow.text(300_000);
      byte[] message = gpg.gpg(plain, option, "-u", name, "-r", name, "--encrypt");
      Path secret = name.equals("ecc") ? eccSecret : rsaSecret;

      assertThat(Flow.through(message, decrypt(secret))).isEqualTo(plain);
    }
  }

  // Invariants 1 and 7: what was damaged never ends well.
  @Test
  void everyTruncationFails() throws Exception {
    byte[] message = Flow.through(Flow.noise(200_000), encrypt(ecc));
    Stage decrypt = decrypt(eccSecret);

    var random = new Random(7);
    for (int i = 0; i < 200; i++) {
      int length = i < 60 ? message.length - 1 - i : random.nextInt(message.length);
      assertFails(Arrays.copyOf(message, length), decrypt);
    }
    // Where a partial packet ends, and the next one's header would follow.
    for (int end : partialPacketEnds(message)) {
      assertFails(Arrays.copyOf(message, end), decrypt);
    }
  }

  // Invariants 1 and 7
  @Test
  void everyFlippedBitFails() throws Exception {
    byte[] message = Flow.through(Flow.noise(200_000), encrypt(ecc));
    Stage decrypt = decrypt(eccSecret);

    var random = new Random(11);
    for (int i = 0; i < 400; i++) {
      int position = i < 200 ? message.length - 1 - i : random.nextInt(message.length);
      byte[] damaged = message.clone();
      damaged[position] ^= (byte) (1 << random.nextInt(8));
      assertFails(damaged, decrypt);
    }
  }

  @Test
  void trailingDataFails() throws Exception {
    byte[] message = Flow.through(Flow.noise(1000), encrypt(ecc));

    assertFails(Flow.concat(message, new byte[1]), decrypt(eccSecret));
    assertFails(Flow.concat(message, message), decrypt(eccSecret));
  }

  @Test
  void refusesMessagesWithoutIntegrityProtection() throws Exception {
    var generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setWithIntegrityPacket(false));
    generator.addMethod(
        new BcPublicKeyKeyEncryptionMethodGenerator(
            Recipients.load(List.of(rsa), now).keys().getFirst()));
    var old = new ByteArrayOutputStream();
    try (OutputStream out = generator.open(old, new byte[512])) {
      out.write(new byte[1000]);
    }

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(old.toByteArray(), decrypt(rsaSecret)))
        .withMessageContaining("only those with a modification detection code");
  }

  @Test
  void refusesWhatIsNoMessage() {
    for (byte[] input : List.of(new byte[0], "hello".getBytes(UTF_8), new byte[100])) {
      assertThatExceptionOfType(PipelineException.class)
          .isThrownBy(() -> Flow.through(input, decrypt(eccSecret)))
          .withMessageContaining("not an encrypted binary OpenPGP message");
    }
  }

  @Test
  void namesKeysWhenNoneFits() throws Exception {
    byte[] message = Flow.through(Flow.noise(10), encrypt(ecc));
    String wanted = Recipients.load(List.of(ecc), now).keyIds().getFirst();
    String available =
        Identities.load(List.of(rsaSecret), IdentityPassphrase.NONE).keyIds().getLast();

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(message, decrypt(rsaSecret)))
        .withMessageContaining("encrypted to " + wanted)
        .withMessageContaining(available);
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () -> Flow.through(message, new OpenPgpDecrypt(Identities.none(), Signers.anyone())))
        .withMessageContaining("available: none");
  }

  // Invariant 8
  @Test
  void plainToolsReadAnEncodedStreamAndTheOtherWayRound() throws Exception {
    Tool.assumeInstalled("zstd");
    byte[] plain = Flow.text(2_000_000);
    var encoding =
        new StandardEncoding(
            new Compression.Zstd(3), new Encryption.OpenPgp(Recipients.load(List.of(ecc), now)));
    var identities = Identities.load(List.of(eccSecret), IdentityPassphrase.NONE);

    byte[] stored = Flow.through(plain, encoding.stages());
    byte[] byTools = gpg.gpg(Tool.run(plain, "zstd"), "-z0", "-r", "ecc", "--encrypt");

    assertThat(Tool.run(gpg.gpg(stored, "--decrypt"), "zstd", "-d")).isEqualTo(plain);
    for (byte[] object : List.of(stored, byTools)) {
      assertThat(Flow.through(object, Decoding.stages(encoding.keySuffixes(), identities)))
          .isEqualTo(plain);
    }
  }

  @Test
  void unlocksProtectedKeysWithTheRightPassphraseOnly() throws Exception {
    gpg.generate("protected", Algorithm.ECC, "Größe 7", "never");
    Path file = gpg.exportSecret("protected", "Größe 7");
    byte[] plain = Flow.noise(1000);
    byte[] message = Flow.through(plain, encrypt(gpg.exportPublic("protected", true)));

    char[] given = "Größe 7".toCharArray();
    var identities = Identities.load(List.of(file), key -> given);

    assertThat(Flow.through(message, new OpenPgpDecrypt(identities, Signers.anyone())))
        .isEqualTo(plain);
    assertThat(given).containsOnly('\0');
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(List.of(file), key -> "wrong".toCharArray()))
        .withMessageContaining(file + ": wrong passphrase for key 0x")
        .withMessageNotContaining("Größe");
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(List.of(file), IdentityPassphrase.NONE))
        .withMessageContaining("needs a passphrase");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6})
  void encryptsToCertificatesOfEveryVersion(int version) throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(version).ed25519x25519Key("someone").build();
    Path certificate = temporary.resolve("certificate");
    Files.write(certificate, key.toCertificate().getEncoded());
    Path secret = Files.writeString(temporary.resolve("secret"), key.toAsciiArmoredString());
    byte[] plain = Flow.noise(1000);

    byte[] message = Flow.through(plain, encrypt(certificate));

    assertThat(Flow.through(message, decrypt(secret))).isEqualTo(plain);
  }

  @Test
  void identitiesNeedSecretKeys() {
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(List.of(ecc), IdentityPassphrase.NONE))
        .withMessageContaining("no secret key");
  }

  @Test
  void aFileMayHoldSeveralCertificates() throws Exception {
    Path armored = temporary.resolve("both.asc");
    Files.write(
        armored,
        Flow.concat(Files.readAllBytes(ecc), gpg.gpg(new byte[0], "-a", "--export", "rsa")));
    Path binary = temporary.resolve("both.gpg");
    Files.write(binary, gpg.gpg(new byte[0], "--export", "ecc", "rsa"));

    assertThat(Recipients.load(List.of(armored), now).keyIds()).hasSize(2);
    assertThat(Recipients.load(List.of(binary), now).keyIds())
        .containsExactlyElementsOf(Recipients.load(List.of(armored), now).keyIds());
    assertThat(Recipients.load(List.of(ecc, armored), now).keyIds()).hasSize(2);
  }

  @Test
  void takesTheNewestEncryptionSubkey() throws Exception {
    gpg.generate("two", Algorithm.ECC, "", "never");
    String before =
        Recipients.load(List.of(gpg.exportPublic("two", true)), now).keyIds().getFirst();
    gpg.addEncryptionSubkey("two", now.plus(Duration.ofHours(1)));
    Path file = gpg.exportPublic("two", true);

    assertThat(Recipients.load(List.of(file), now).keyIds()).containsExactly(before);
    assertThat(Recipients.load(List.of(file), now.plus(Duration.ofHours(2))).keyIds())
        .doesNotContain(before);
  }

  @Test
  void expiredKeyWorksWithAWarning() throws Exception {
    gpg.generate("expiring", Algorithm.ECC, "", "1d");
    Path file = gpg.exportPublic("expiring", true);

    assertThat(Recipients.load(List.of(file), now).warnings()).isEmpty();
    Recipients expired = Recipients.load(List.of(file), now.plus(Duration.ofDays(30)));

    assertThat(expired.warnings()).hasSize(1).first().asString().contains(file + "", "expired at");
    byte[] message = Flow.through(new byte[5], new OpenPgpEncrypt(expired, null));
    assertThat(gpg.gpg(message, "--decrypt")).isEqualTo(new byte[5]);
  }

  @Test
  void refusesRevokedKeys() throws Exception {
    gpg.generate("revoked", Algorithm.ECC, "", "never");
    gpg.revoke("revoked");
    gpg.generate("subkey", Algorithm.RSA, "", "never");
    gpg.revokeSubkey("subkey");

    assertRefused(gpg.exportPublic("revoked", true), "is revoked");
    assertRefused(gpg.exportPublic("subkey", true), "every encryption key is revoked");
  }

  @Test
  void refusesFilesWithoutUsableKeys() throws Exception {
    Path missing = temporary.resolve("missing");
    Path garbage = Files.write(temporary.resolve("garbage"), Flow.noise(1000));
    Path empty = Files.createFile(temporary.resolve("empty"));
    gpg.gpg("\n".getBytes(UTF_8), "--passphrase-fd", "0", "--quick-gen-key", "signer", "ed25519");

    assertRefused(missing, "no such file");
    assertRefused(garbage, "OpenPGP");
    assertRefused(empty, "OpenPGP");
    assertRefused(temporary, "cannot be read");
    assertRefused(gpg.exportPublic("signer", true), "no key that can encrypt");
  }

  @Test
  void secretKeyAsRecipientIsWarnedAbout() throws Exception {
    assertThat(Recipients.load(List.of(eccSecret), now).warnings())
        .singleElement()
        .asString()
        .contains("holds the secret key");
  }

  @Test
  void showsNoSecrets() throws Exception {
    var identities = Identities.load(List.of(eccSecret, rsaSecret), IdentityPassphrase.NONE);

    assertThat(identities.toString())
        .matches("Identities\\[0x\\p{XDigit}{16}(, 0x\\p{XDigit}{16})*]");
  }

  private static void assertRefused(Path file, String reason) {
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Recipients.load(List.of(file), now))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(reason);
  }

  /** Where the partial packets of the encrypted data end; each holds 64 KiB but the last. */
  private static List<Integer> partialPacketEnds(byte[] message) throws IOException {
    // The session key packet has a length of two octets at most: its end is found by the reader.
    var in = new ByteArrayInputStream(message);
    var unused = new BCPGInputStream(in).readPacket();
    int position = message.length - in.available() + 1;
    var ends = new ArrayList<Integer>();
    // RFC 9580, 4.2.1.4: 224 + the logarithm of the length.
    while ((message[position] & 0xff) == 224 + 16) {
      position += 1 + (1 << 16);
      ends.add(position);
    }
    assertThat(ends).hasSizeGreaterThan(2);
    return ends;
  }

  /** Straight, without threads: there may be many. */
  private static void assertFails(byte[] message, Stage decrypt) {
    var out = new ByteArrayOutputStream();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt.transform(new ByteArrayInputStream(message), out));
  }

  private static Stage encrypt(Path... files) throws IOException {
    return new OpenPgpEncrypt(Recipients.load(List.of(files), now), null);
  }

  private static Stage decrypt(Path file) throws IOException {
    return new OpenPgpDecrypt(
        Identities.load(List.of(file), IdentityPassphrase.NONE), Signers.anyone());
  }
}
