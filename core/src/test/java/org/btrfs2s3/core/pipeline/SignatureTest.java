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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.btrfs2s3.core.pipeline.GpgHome.Algorithm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures, both ways, with gpg at the other end; and what strangers may try. */
@Timeout(120)
class SignatureTest {

  /** Later than any key's creation during the tests. */
  private static Instant now;

  private static GpgHome gpg;

  @TempDir Path temporary;

  @BeforeAll
  static void makeKeys() throws Exception {
    Tool.assumeInstalled("gpg");
    now = Instant.now().plus(Duration.ofHours(1));
    gpg = new GpgHome();
    gpg.generate("ecc", Algorithm.ECC, "", "never");
    gpg.generate("rsa", Algorithm.RSA, "", "never");
    gpg.generate("stranger", Algorithm.ECC, "", "never");
  }

  @AfterAll
  static void stopAgent() throws Exception {
    if (gpg != null) {
      gpg.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({"ecc,0", "ecc,1", "ecc,65536", "ecc,300001", "rsa,0", "rsa,300001"})
  void gpgFindsOurSignatureGood(String name, int length) throws Exception {
    byte[] plain = Flow.noise(length);

    byte[] message = Flow.through(plain, encrypt("ecc", signing(name)));

    assertThat(gpg.gpg(message, "--decrypt")).isEqualTo(plain);
    assertThat(gpg.status(message, "--decrypt"))
        .contains("GOODSIG", " " + name, "GOODMDC")
        .doesNotContain("BADSIG");
    assertThat(Flow.through(message, decrypt(signers(name)))).isEqualTo(plain);
    assertThat(Flow.through(message, decrypt(Signers.anyone()))).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-z0", "-z6", "--digest-algo=SHA256", "--digest-algo=SHA384"})
  void acceptsWhatGpgSigns(String option) throws Exception {
    for (String name : List.of("ecc", "rsa")) {
      byte[] plain = Flow.text(300_000);
      byte[] message = gpg.gpg(plain, option, "-u", name, "-r", "ecc", "-s", "-e");

      assertThat(Flow.through(message, decrypt(signers(name)))).isEqualTo(plain);
    }
  }

  @Test
  void oneOfSeveralSignaturesIsEnough() throws Exception {
    byte[] plain = Flow.noise(1000);
    byte[] message =
        gpg.gpg(plain, "-u", "stranger", "-u", "rsa", "-u", "ecc", "-r", "ecc", "-s", "-e");

    assertThat(Flow.through(message, decrypt(signers("ecc")))).isEqualTo(plain);
    assertThat(Flow.through(message, decrypt(signers("rsa")))).isEqualTo(plain);
    assertThat(Flow.through(message, decrypt(signers("rsa", "ecc")))).isEqualTo(plain);
  }

  // Invariants 1 and 7: nothing downstream sees the end of what the wrong one made.
  @Test
  void refusesWhatStrangersMake() throws Exception {
    byte[] plain = Flow.noise(100_000);
    byte[] unsigned = Flow.through(plain, encrypt("ecc", null));
    byte[] signed = Flow.through(plain, encrypt("ecc", signing("stranger")));
    byte[] byGpg = gpg.gpg(plain, "-u", "stranger", "-r", "ecc", "-s", "-e");

    assertRefused(unsigned, "not signed; a signature by 0x");
    assertRefused(signed, "signed by 0x");
    assertThatExceptionOfType(PipelineException.class)
        .as("it may be the wrong certificate that is asked for")
        .isThrownBy(() -> Flow.through(signed, decrypt(signers("ecc"))))
        .withRootCauseInstanceOf(UnacceptedSignatureException.class);
    assertRefused(byGpg, "signed by 0x");
    for (byte[] message : List.of(unsigned, signed, byGpg)) {
      assertThat(Flow.through(message, decrypt(Signers.anyone()))).isEqualTo(plain);
    }
  }

  /** A stranger has what was signed once, as in a public message, and the public key. */
  @Test
  void refusesSignaturesOfAnythingElse() throws Exception {
    byte[] ours = gpg.gpg("ours".getBytes(UTF_8), "-z0", "-u", "ecc", "--sign");
    byte[] empty = gpg.gpg(new byte[0], "-z0", "-u", "ecc", "--sign");
    byte[] evil = literal("evil");
    byte[] announcement = Arrays.copyOf(ours, 2 + ours[1]);
    byte[] signature = Arrays.copyOfRange(ours, announcement.length + 2 + ours[16], ours.length);
    byte[] emptySignature =
        Arrays.copyOfRange(empty, announcement.length + 2 + empty[16], empty.length);

    assertThat(Flow.through(encrypted(ours), decrypt(signers("ecc"))))
        .isEqualTo("ours".getBytes(UTF_8));
    assertRefused(encrypted(announcement, evil, signature), "is not one of this content");
    assertRefused(encrypted(announcement, evil), "is missing");
    assertRefused(encrypted(signature, evil), "before the content");
    byte[] emptyAnnouncement = Arrays.copyOf(empty, 2 + empty[1]);
    assertRefused(encrypted(emptyAnnouncement, emptySignature, evil), "before the content");
    assertRefused(encrypted(evil, signature), "not signed");
    assertRefused(encrypted(evil, announcement, emptySignature), "after the content");
    assertRefused(encrypted(evil, empty), "after the content");
    assertRefused(encrypted(ours, evil), "several contents");
    assertRefused(encrypted(ours, ours), "after the content");
    assertRefused(encrypted(announcement, announcement, evil, signature, signature), "signature");
    assertRefused(encrypted(announcement, evil, signature, signature), "is missing");
    assertRefused(
        gpg.gpg("a\n".getBytes(UTF_8), "-t", "-u", "ecc", "-r", "ecc", "-s", "-e"), "signed by");
  }

  // Invariants 1 and 7
  @Test
  void everyTruncationAndFlippedBitOfASignedMessageFails() throws Exception {
    byte[] message = Flow.through(Flow.noise(200_000), encrypt("ecc", signing("ecc")));
    var stages = List.of(decrypt(signers("ecc")), decrypt(Signers.anyone()));

    for (var stage : stages) {
      for (int i = 1; i < 300; i++) {
        assertFails(Arrays.copyOf(message, message.length - i), stage);
        byte[] damaged = message.clone();
        damaged[message.length - i] ^= 1;
        assertFails(damaged, stage);
      }
    }
  }

  @Test
  void whatAKeySignedBeforeItExpiredRemainsGood() throws Exception {
    gpg.generate("expiring", Algorithm.ECC, "", "1d");
    byte[] message = Flow.through(new byte[5], encrypt("ecc", signing("expiring")));
    var later = Signers.load(List.of(certificate("expiring")), now.plus(Duration.ofDays(30)));

    assertThat(Flow.through(message, decrypt(later))).isEqualTo(new byte[5]);
  }

  @Test
  void anExpiredKeySignsWithAWarningAndCountsAgainWhenItIsExtended() throws Exception {
    gpg.generateExpiring("expired", Instant.now().minus(Duration.ofDays(10)));
    SigningKey key = signing("expired");
    byte[] message = Flow.through(new byte[5], encrypt("ecc", key));

    assertThat(key.warnings()).singleElement().asString().contains("expired at");
    assertRefused(message, signers("expired"), "after the key had expired");

    gpg.neverExpire("expired");

    assertThat(Flow.through(message, decrypt(signers("expired")))).isEqualTo(new byte[5]);
    assertThat(signing("expired").warnings()).isEmpty();
  }

  @Test
  void refusesRevokedKeys() throws Exception {
    gpg.generate("revoked", Algorithm.ECC, "", "never");
    gpg.revoke("revoked");
    Path secret = gpg.exportSecret("revoked", "");
    Path certificate = certificate("revoked");

    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> SigningKey.load(secret, IdentityPassphrase.NONE, now))
        .withMessageContaining("is revoked");
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Signers.load(List.of(certificate), now))
        .withMessageContaining("is revoked");
  }

  @Test
  void theSubkeyAloneSigns() throws Exception {
    gpg.generate("subkeys", Algorithm.RSA, "geheim", "never");
    gpg.addSigningSubkey("subkeys", "geheim");
    Path file = gpg.exportSecretSubkeys("subkeys", "geheim");
    SigningKey key = SigningKey.load(file, _ -> "geheim".toCharArray(), now);
    byte[] message = Flow.through(new byte[5], encrypt("ecc", key));

    assertThat(gpg.status(message, "--decrypt")).contains("GOODSIG " + key.keyId().substring(2));
    assertThat(Flow.through(message, decrypt(signers("subkeys")))).isEqualTo(new byte[5]);
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> SigningKey.load(file, IdentityPassphrase.NONE, now))
        .withMessageContaining("sign_with_passphrase_file");
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> SigningKey.load(file, _ -> "wrong".toCharArray(), now))
        .withMessageContaining("wrong passphrase");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6})
  void signsWithKeysOfEveryVersion(int version) throws Exception {
    OpenPGPKey made = new BcOpenPGPApi().generateKey(version).ed25519x25519Key("someone").build();
    Path certificate = Files.write(temporary.resolve("c"), made.toCertificate().getEncoded());
    Path secret = Files.writeString(temporary.resolve("s"), made.toAsciiArmoredString());
    SigningKey key = SigningKey.load(secret, IdentityPassphrase.NONE, now);
    var signers = Signers.load(List.of(certificate), now);
    var recipients = Recipients.load(List.of(certificate), now);
    byte[] plain = Flow.noise(100_000);

    byte[] message = Flow.through(plain, new OpenPgpEncrypt(recipients, key));
    var identities = Identities.load(List.of(secret), IdentityPassphrase.NONE);

    assertThat(Flow.through(message, new OpenPgpDecrypt(identities, signers))).isEqualTo(plain);
    signers.requireSigned(plain, key.sign(plain));
    byte[] others = Flow.through(plain, new OpenPgpEncrypt(recipients, signing("stranger")));
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(others, new OpenPgpDecrypt(identities, signers)))
        .withMessageContaining("signed by");
  }

  @Test
  void detachedSignaturesWorkBothWays() throws Exception {
    byte[] content = Flow.noise(1000);
    Path file = Files.write(temporary.resolve("content"), content);
    byte[] ours = signing("rsa").sign(content);
    Path signature = Files.write(temporary.resolve("content.sig"), ours);
    byte[] gpgs = gpg.gpg(content, "-u", "ecc", "--detach-sign");
    byte[] armored = gpg.gpg(content, "-u", "ecc", "-a", "--detach-sign");
    Signers signers = signers("ecc");

    assertThat(gpg.status(new byte[0], "--verify", signature.toString(), file.toString()))
        .contains("GOODSIG");
    signers.requireSigned(content, gpgs);
    assertUnsigned(signers, content, ours, "signed by 0x");
    assertUnsigned(signers, new byte[3], gpgs, "is not one of this content");
    assertUnsigned(signers, content, armored, "OpenPGP signature");
    assertUnsigned(signers, content, new byte[0], "OpenPGP signature");
    assertUnsigned(signers, content, Arrays.copyOf(gpgs, 40), "OpenPGP signature");
  }

  @Test
  void signingKeysAreTheSameFromWhateverFile() throws Exception {
    SigningKey key = signing("ecc");

    assertThat(key).isEqualTo(signing("ecc")).isNotEqualTo(signing("rsa"));
    assertThat(encrypt("ecc", key))
        .isEqualTo(encrypt("ecc", signing("ecc")))
        .isNotEqualTo(encrypt("ecc", signing("rsa")))
        .isNotEqualTo(encrypt("ecc", null));
    assertThat(key.toString()).matches("SigningKey\\[0x\\p{XDigit}{16}]");
  }

  @Test
  void refusesFilesWithoutASigningKey() throws Exception {
    Path certificate = certificate("ecc");
    Path both = temporary.resolve("both");
    Files.write(
        both,
        Flow.concat(
            Files.readAllBytes(gpg.exportSecret("ecc", "")),
            Files.readAllBytes(gpg.exportSecret("rsa", ""))));

    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> SigningKey.load(certificate, IdentityPassphrase.NONE, now))
        .withMessageContaining("holds 0 secret keys");
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> SigningKey.load(both, IdentityPassphrase.NONE, now))
        .withMessageContaining("holds 2 secret keys");
  }

  private static byte[] literal(String text) {
    byte[] content = text.getBytes(UTF_8);
    byte[] header = {(byte) 0xcb, (byte) (6 + content.length), 'b', 0, 0, 0, 0, 0};
    return Flow.concat(header, content);
  }

  /** Packets as they are, encrypted to the owner of the key. */
  private static byte[] encrypted(byte[]... packets) throws Exception {
    var message = new PGPEncryptedDataGenerator(new CfbEncryptorBuilder(new SecureRandom()));
    message.addMethod(
        new BcPublicKeyKeyEncryptionMethodGenerator(
            Recipients.load(List.of(certificate("ecc")), now).keys().getFirst()));
    var out = new ByteArrayOutputStream();
    try (OutputStream in = message.open(out, new byte[512])) {
      in.write(Flow.concat(packets));
    }
    return out.toByteArray();
  }

  private static void assertUnsigned(
      Signers signers, byte[] content, byte[] signature, String reason) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> signers.requireSigned(content, signature))
        .withMessageContaining(reason);
  }

  private static void assertRefused(byte[] message, String reason) throws Exception {
    assertRefused(message, signers("ecc"), reason);
  }

  private static void assertRefused(byte[] message, Signers signers, String reason)
      throws Exception {
    Stage decrypt = decrypt(signers);
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(message, decrypt))
        .withMessageContaining(reason);
  }

  private static void assertFails(byte[] message, Stage decrypt) {
    var out = new ByteArrayOutputStream();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt.transform(new ByteArrayInputStream(message), out));
  }

  private static Path certificate(String name) throws Exception {
    return gpg.exportPublic(name, true);
  }

  private static SigningKey signing(String name) throws Exception {
    return SigningKey.load(gpg.exportSecret(name, ""), IdentityPassphrase.NONE, now);
  }

  private static Signers signers(String... names) throws Exception {
    var files = new ArrayList<Path>();
    for (String name : names) {
      files.add(certificate(name));
    }
    return Signers.load(files, now);
  }

  private static Stage encrypt(String recipient, @Nullable SigningKey key) throws Exception {
    return new OpenPgpEncrypt(Recipients.load(List.of(certificate(recipient)), now), key);
  }

  private static Stage decrypt(Signers signers) throws Exception {
    return new OpenPgpDecrypt(
        Identities.load(List.of(gpg.exportSecret("ecc", "")), IdentityPassphrase.NONE), signers);
  }
}
