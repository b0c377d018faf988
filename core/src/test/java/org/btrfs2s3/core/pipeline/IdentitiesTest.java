package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.pipeline.GpgHome.Algorithm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secret keys of every kind that users have. */
@Timeout(120)
class IdentitiesTest {

  private static final byte[] PLAIN = Flow.noise(100_000);

  private static final char[] LOCK = "geheim".toCharArray();

  private static GpgHome gpg;

  @TempDir Path temporary;

  @BeforeAll
  static void startAgent() throws Exception {
    Tool.assumeInstalled("gpg");
    gpg = new GpgHome();
  }

  @AfterAll
  static void stopAgent() throws Exception {
    if (gpg != null) {
      gpg.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({"RSA_2048,''", "RSA_4096,''", "ECC,''", "RSA_2048,geheim", "ECC,geheim"})
  void readsKeysOfGpg(Algorithm algorithm, String passphrase) throws Exception {
    String name = algorithm + (passphrase.isEmpty() ? " open" : " locked");
    gpg.generate(name, algorithm, passphrase, "never");
    Path certificate = gpg.exportPublic(name, true);
    byte[] ours =
        Flow.through(PLAIN, new OpenPgpEncrypt(Recipients.load(List.of(certificate), now()), null));
    byte[] gpgs = gpg.gpg(PLAIN, "-z0", "-r", name, "-e");

    for (Path file :
        List.of(gpg.exportSecret(name, passphrase), gpg.exportSecretSubkeys(name, passphrase))) {
      var identities = Identities.load(List.of(file), _ -> passphrase.toCharArray());

      assertThat(decrypted(ours, identities)).isEqualTo(PLAIN);
      assertThat(decrypted(gpgs, identities)).isEqualTo(PLAIN);
    }
  }

  /** Answers are taken from a list; the last of them must not be overrun. */
  private record Typing(Iterator<String> answers, int mostWrong) implements IdentityPassphrase {

    @Override
    public char[] passphraseOf(String key) {
      return answers.next().toCharArray();
    }

    @Override
    public boolean mayDoBetter(int wrong) {
      return wrong < mostWrong;
    }
  }

  @Test
  void asksAgainWhoeverMayDoBetter() throws Exception {
    gpg.generate("typist", Algorithm.ECC, "geheim", "never");
    var files = List.of(gpg.exportSecret("typist", "geheim"));

    var right = new Typing(List.of("gehiem", "", "geheim").iterator(), 3);
    assertThat(Identities.load(files, right).keyIds()).hasSize(1);
    var wrong = new Typing(List.of("a", "b", "c", "geheim").iterator(), 3);
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(files, wrong))
        .withMessageContaining("wrong passphrase for key 0x");
    assertThat(wrong.answers()).toIterable().containsExactly("geheim");
    // Whoever only hands out what is known is asked once.
    var known = List.of("a", "geheim").iterator();
    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(files, _ -> known.next().toCharArray()));
    assertThat(known).toIterable().containsExactly("geheim");
  }

  /** Hidden: {@code gpg -R}. */
  @Test
  void triesAllKeysWhereTheRecipientIsHidden() throws Exception {
    var files = new Path[3];
    var names = List.of("first", "second", "third");
    for (int i = 0; i < files.length; i++) {
      gpg.generate(names.get(i), i == 1 ? Algorithm.RSA_2048 : Algorithm.ECC, "", "never");
      files[i] = gpg.exportSecret(names.get(i), "");
    }
    byte[] hidden = gpg.gpg(PLAIN, "-z0", "-R", "second", "-R", "third", "-e");

    var all = Identities.load(List.of(files), IdentityPassphrase.NONE);
    var third = Identities.load(List.of(files[0], files[2]), IdentityPassphrase.NONE);
    var first = Identities.load(List.of(files[0]), IdentityPassphrase.NONE);

    assertThat(decrypted(hidden, all)).isEqualTo(PLAIN);
    assertThat(decrypted(hidden, third)).isEqualTo(PLAIN);
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> decrypted(hidden, first))
        .withMessageContaining("a key that it does not name, a key that it does not name")
        .withMessageContaining(first.keyIds().getFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6})
  void readsKeysOfEveryVersionWithAndWithoutPassphrase(int version) throws Exception {
    for (String passphrase : List.of("", "geheim")) {
      var generator = new BcOpenPGPApi().generateKey(version).ed25519x25519Key("someone");
      OpenPGPKey key =
          passphrase.isEmpty() ? generator.build() : generator.build(passphrase.toCharArray());
      Path certificate = Files.write(temporary.resolve("c"), key.toCertificate().getEncoded());
      Path secret = Files.writeString(temporary.resolve("s"), key.toAsciiArmoredString());
      var recipients = Recipients.load(List.of(certificate), now());

      byte[] message = Flow.through(PLAIN, new OpenPgpEncrypt(recipients, null));
      var identities = Identities.load(List.of(secret), _ -> passphrase.toCharArray());

      assertThat(identities.keyIds()).containsAll(recipients.keyIds());
      assertThat(decrypted(message, identities)).isEqualTo(PLAIN);
      assertThatExceptionOfType(PipelineException.class)
          .isThrownBy(() -> decrypted(message, Identities.none()))
          .withMessageContaining("encrypted to " + recipients.keyIds().getFirst());
    }
  }

  /** Invariant 6. Others than this program choose how much memory Argon2 takes. */
  @Test
  void saysWhatToDoWhereThereIsTooLittleMemoryForAPassphrase() throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(6).ed25519x25519Key("someone").build(LOCK);
    byte[] greedy = key.getEncoded();
    int changed = 0;
    for (int at = 0; at + 24 < greedy.length; at++) {
      // Usage, some more, length of what follows, Argon2; then salt, passes, lanes.
      if (greedy[at] == (byte) 253 && greedy[at + 4] == 20 && greedy[at + 5] == 4) {
        greedy[at + 24] = 21; // 2 GiB
        changed++;
      }
    }
    assertThat(changed).isPositive();
    Path secret = Files.write(temporary.resolve("greedy"), greedy);

    assertThatExceptionOfType(OpenPgpKeyException.class)
        .isThrownBy(() -> Identities.load(List.of(secret), _ -> LOCK.clone()))
        .withMessageContaining("BTRFS2S3_HEAP");
  }

  private static Instant now() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  private static byte[] decrypted(byte[] message, Identities identities) throws Exception {
    return Flow.through(message, new OpenPgpDecrypt(identities, Signers.anyone()));
  }
}
