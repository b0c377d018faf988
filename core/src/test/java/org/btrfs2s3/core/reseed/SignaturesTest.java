package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of signatures, and of demands for them, in a reseeding that encodes anew. */
final class SignaturesTest {
  /** Later than any key's creation during the test. */
  private final Instant now = Instant.now().plus(Duration.ofHours(1));

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void makeKeys() throws IOException {
    for (String name : List.of("owner", "signer", "stranger")) {
      makeKey(name);
    }
  }

  private void makeKey(String name) throws IOException {
    try {
      OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key(name).build();
      Files.write(directory.resolve(name), key.toCertificate().getEncoded());
      Files.writeString(directory.resolve(name + ".secret"), key.toAsciiArmoredString());
    } catch (org.bouncycastle.openpgp.PGPException e) {
      throw new IOException(e);
    }
  }

  private Signers signers() throws IOException {
    return Signers.load(List.of(directory.resolve("signer")), now);
  }

  private ContentKeys keys(Signers signers) throws IOException {
    return new ContentKeys(
        Identities.load(List.of(directory.resolve("owner.secret")), IdentityPassphrase.NONE),
        signers);
  }

  private StandardEncoding encoding(@Nullable String signer) throws IOException {
    return new StandardEncoding(
        new Compression.None(),
        new Encryption.OpenPgp(
            Recipients.load(List.of(directory.resolve("owner")), now),
            signer == null
                ? null
                : SigningKey.load(
                    directory.resolve(signer + ".secret"), IdentityPassphrase.NONE, now)));
  }

  @Test
  void nothingIsEncodedWithoutTheSignatureThatIsRequired() throws Exception {
    for (var other : new @Nullable String[] {null, "stranger"}) {
      var clouds = Clouds.filled().withKeys(keys(signers())).encodedAs(encoding(other));
      var report = clouds.reencode();
      assertThat(report.failures())
          .singleElement()
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCAL);
                assertThat(failure.message())
                    .contains("sign_with", Clouds.SOURCE.toString(), "is required");
              });
      assertThat(report.succeeded()).isFalse();
      assertThat(clouds.events).isEmpty();
      assertThat(clouds.to.keys()).isEmpty();
    }
  }

  @Test
  void aSignatureIsNotRequiredToCopyAsItIsOrToBeThere() throws Exception {
    var clouds = Clouds.filled().encodedAs(encoding(null)).withKeys(keys(Signers.anyone()));
    assertThat(clouds.reencode().failures()).isEmpty();
    // All is there: what was not asked for then is no failure of this run's encoding.
    var again = clouds.withKeys(keys(signers())).run(new ReseedScope.Latest(), true);
    assertThat(again.copied()).isEmpty();
    assertThat(again.plan().problems()).isEmpty();
  }

  @Test
  void aSignatureThatIsLostIsTold() throws Exception {
    // Only the segmented one says that it is signed: its commit object has a signature.
    var clouds = Clouds.filled().encodedAs(encoding(null)).withKeys(keys(Signers.anyone()));
    var report = clouds.reencode();
    assertThat(report.failures()).isEmpty();
    assertThat(report.unsigned())
        .singleElement()
        .extracting(item -> item.identity().uuid())
        .isEqualTo(Clouds.uuid(4));
    assertThat(clouds.events)
        .filteredOn(ReseedEvent.SignatureLost.class::isInstance)
        .singleElement()
        .isEqualTo(new ReseedEvent.SignatureLost(report.unsigned().iterator().next()));
  }

  @Test
  void aSignatureThatIsMadeAnewOrCopiedIsNotLost() throws Exception {
    var signed = Clouds.filled().encodedAs(encoding("stranger")).withKeys(keys(Signers.anyone()));
    assertThat(signed.reencode().unsigned()).isEmpty();
    var copied = Clouds.filled().encodedAs(encoding(null));
    assertThat(copied.run().unsigned()).isEmpty();
  }

  @Test
  void whatTheMetadataCallSignedIsSigned() throws Exception {
    // From one end to the other and back: only the objects themselves are signed.
    var first = new Clouds().encodedAs(encoding("signer")).withKeys(keys(Signers.anyone()));
    first.full(1);
    assertThat(first.reencode().failures()).isEmpty();
    var second = new Clouds().encodedAs(encoding(null)).withKeys(keys(Signers.anyone()));
    for (var key : first.to.keys()) {
      second.from.put(key, first.to.content(key), first.to.metadata(key));
    }
    var report = second.reencode();
    assertThat(report.failures()).isEmpty();
    assertThat(report.unsigned()).hasSize(1);
  }

  /** What the new one was made of tells. */
  @Test
  void theSignatureOfAnObjectThatCouldNotBeReadIsNotLost() throws Exception {
    for (boolean isOtherSigned : new boolean[] {false, true}) {
      var clouds = new Clouds().encodedAs(encoding(null)).withKeys(keys(Signers.anyone()));
      var backup = clouds.full(1);
      var signed = new BackupMetadata(backup, "signed-none", "test").toMap();
      var key = Ruin.keyOf(clouds.from, 1, "");
      var other = new ObjectKey(key + ".copy");
      var metadata = isOtherSigned ? signed : clouds.from.metadata(key);
      clouds.from.put(other, clouds.from.content(key), metadata);
      clouds.from.put(key, clouds.from.content(key), signed);
      Ruin.damage(clouds.from, key);

      var report = clouds.reencode();

      assertThat(report.failures()).isEmpty();
      assertThat(report.copied()).hasSize(1);
      assertThat(clouds.events).anyMatch(ReseedEvent.OtherTried.class::isInstance);
      assertThat(report.unsigned()).hasSize(isOtherSigned ? 1 : 0);
    }
  }
}
