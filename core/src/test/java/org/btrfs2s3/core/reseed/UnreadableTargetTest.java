package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New keys of which the secret part is not on the machine that encodes anew. */
final class UnreadableTargetTest {
  /** Later than any key's creation during the test. */
  private final Instant now = Instant.now().plus(Duration.ofHours(1));

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void makeKeys() throws Exception {
    for (String name : List.of("old", "new")) {
      OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key(name).build();
      Files.write(directory.resolve(name), key.toCertificate().getEncoded());
      Files.writeString(directory.resolve(name + ".secret"), key.toAsciiArmoredString());
    }
  }

  private ContentKeys keys(String name) throws IOException {
    return new ContentKeys(
        Identities.load(List.of(directory.resolve(name + ".secret")), IdentityPassphrase.NONE),
        Signers.anyone());
  }

  private StandardEncoding encryptedTo(String... names) throws IOException {
    return new StandardEncoding(
        new Compression.None(),
        new Encryption.OpenPgp(
            Recipients.load(Stream.of(names).map(directory::resolve).toList(), now), null));
  }

  /** Encrypted to both keys, which makes them longer; only the old one is at hand. */
  private Clouds filled() throws Exception {
    var before = Clouds.filled().encodedAs(encryptedTo("old", "new"));
    assertThat(before.reencode().failures()).isEmpty();
    var clouds = new Clouds().encodedAs(encryptedTo("new")).withKeys(keys("old"));
    clouds.streams.putAll(before.streams);
    before
        .to
        .keys()
        .forEach(key -> clouds.from.put(key, before.to.content(key), before.to.metadata(key)));
    return clouds;
  }

  private static List<ObjectKey> single(Clouds clouds) {
    return clouds.to.keys().stream().filter(key -> key.value().contains(".mdvn1.")).toList();
  }

  @Test
  void aSecondRunTakesNoneForADamagedCopyOfTheOld() throws Exception {
    var clouds = filled();
    assertThat(clouds.reencode().failures()).isEmpty();
    requireComplete(clouds);
    // Named alike, and not alike.
    var same = single(clouds);
    assertThat(clouds.from.keys()).containsAll(same);
    assertThat(clouds.from.content(same.getFirst()).length)
        .isNotEqualTo(clouds.to.content(same.getFirst()).length);
    var before = clouds.to.contents();

    var again = clouds.reencode();

    assertThat(again.failures()).isEmpty();
    assertThat(again.copied()).isEmpty();
    assertThat(clouds.to.contents()).isEqualTo(before);
  }

  /** Invariants 1, 3, 4, 11. */
  @Test
  void aKilledRunIsCompletedByTheNextThoughItCannotReadWhatIsThere() throws Exception {
    for (int allowed = 0; ; allowed++) {
      var clouds = filled();
      int upTo = allowed;
      clouds.reachTo(store -> new Mortality(store, upTo));
      if (catchThrowable(clouds::reencode) == null) {
        assertThat(allowed).isEqualTo(7);
        return;
      }
      for (int more : List.of(2, 1)) { // And killed twice again.
        clouds.reachTo(store -> new Mortality(store, more));
        var _ = catchThrowable(clouds::reencode);
      }
      var left = clouds.to.contents();
      clouds.reachBoth();

      assertThat(clouds.reencode().failures()).as("killed after %d effects", allowed).isEmpty();

      requireComplete(clouds);
      assertThat(clouds.to.contents()).containsAllEntriesOf(left);
    }
  }

  private void requireComplete(Clouds clouds) throws Exception {
    var catalog = Clouds.catalog(clouds.to);
    assertThat(catalog.damaged()).isEmpty();
    assertThat(catalog.backups())
        .extracting(StoredBackup::uuid)
        .containsExactlyInAnyOrderElementsOf(clouds.streams.keySet());
    var reader = new ContentReader(clouds.to, keys("new"), _ -> List.of());
    for (var backup : catalog.backups()) {
      var bytes = new ByteArrayOutputStream();
      reader.read(backup, bytes::write);
      assertThat(bytes.toByteArray()).isEqualTo(clouds.streams.get(backup.uuid()));
    }
  }
}
