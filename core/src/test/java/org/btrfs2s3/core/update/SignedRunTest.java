package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.btrfs2s3.core.store.FaultyStore.Operation.CREATE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that are signed, from the run that makes them to the reader that demands it. */
final class SignedRunTest {

  /** Later than any key's creation during the test. */
  private final Instant now = Instant.now().plus(Duration.ofHours(1));

  @TempDir private Path directory = Path.of("");

  private ContentKeys keys = ContentKeys.none();

  @BeforeEach
  void makeKeys() throws Exception {
    makeKey("owner");
    makeKey("signer");
    makeKey("stranger");
    var identities =
        Identities.load(List.of(directory.resolve("owner.secret")), IdentityPassphrase.NONE);
    keys = new ContentKeys(identities, Signers.load(List.of(directory.resolve("signer")), now));
  }

  private void makeKey(String name) throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key(name).build();
    Files.write(directory.resolve(name), key.toCertificate().getEncoded());
    Files.writeString(directory.resolve(name + ".secret"), key.toAsciiArmoredString());
  }

  private SigningKey signing(String name) throws IOException {
    return SigningKey.load(directory.resolve(name + ".secret"), IdentityPassphrase.NONE, now);
  }

  private StandardEncoding encoding(@Nullable SigningKey signer) throws IOException {
    return new StandardEncoding(
        new Compression.Zstd(1),
        new Encryption.OpenPgp(Recipients.load(List.of(directory.resolve("owner")), now), signer));
  }

  /** With one snapshot due. */
  private World world(long segmentBytes, @Nullable SigningKey signer) throws Exception {
    return new World(Files.createTempDirectory(directory, "world"))
        .segmented(segmentBytes)
        .remote("one")
        .encode("one", encoding(signer))
        .source("data", Map.of("one", "1y 1d"))
        .write("data");
  }

  private static StoredBackup only(MemoryStore store) throws Exception {
    var backups = Catalog.of(store.list().objects()).backups();
    assertThat(backups).hasSize(1);
    return backups.getFirst();
  }

  private byte[] read(MemoryStore store, ContentKeys with) throws Exception {
    var out = new ByteArrayOutputStream();
    new ContentReader(store, with, _ -> List.of()).read(only(store), out::write);
    return out.toByteArray();
  }

  private void assertRefused(MemoryStore store, String reason) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(store, keys))
        .withMessageContaining(reason);
  }

  private static ObjectKey commit(MemoryStore store) throws Exception {
    return only(store).key();
  }

  private static ObjectKey signature(MemoryStore store) throws Exception {
    return new ObjectKey(BackupKey.signatureOfCommit(commit(store).value()));
  }

  @Test
  void whatIsSignedIsReadByWhoDemandsIt() throws Exception {
    for (long segmentBytes : new long[] {40, 1 << 20}) {
      var world = world(segmentBytes, signing("signer"));
      world.run();
      var anyone = new ContentKeys(keys.identities(), Signers.anyone());

      assertThat(read(world.store("one"), keys))
          .isNotEmpty()
          .isEqualTo(read(world.store("one"), anyone));
    }
  }

  /** Invariant 1: when the commit object is there, so is everything else. */
  @Test
  void theSignatureOfTheCommitObjectComesFirst() throws Exception {
    var world = world(40, signing("signer"));

    world.run();

    var store = world.store("one");
    assertThat(store.commits().getLast()).isEqualTo(commit(store));
    assertThat(store.commits().reversed().get(1)).isEqualTo(signature(store));
    assertThat(only(store).deletionSteps().getLast()).contains(signature(store));
  }

  @Test
  void theUnsignedIsRefused() throws Exception {
    var unsigned = world(1 << 20, null);
    var others = world(1 << 20, signing("stranger"));

    unsigned.run();
    others.run();

    assertRefused(unsigned.store("one"), "not signed");
    assertRefused(others.store("one"), "signed by 0x");
  }

  @Test
  void theUnencryptedIsRefused() throws Exception {
    var world = new World(Files.createTempDirectory(directory, "world"));
    world.remote("one").source("data", Map.of("one", "1y 1d")).write("data").run();

    assertRefused(world.store("one"), "not encrypted by OpenPGP, and so not signed");
  }

  @Test
  void aCommitObjectWithoutItsSignatureIsRefused() throws Exception {
    var world = world(40, signing("signer"));
    world.run();
    var store = world.store("one");
    var key = signature(store);
    byte[] good = store.content(key);

    store.remove(key);
    assertRefused(store, "is not signed: there is no ");
    store.put(key, signing("stranger").sign(store.content(commit(store))), Map.of());
    assertRefused(store, "signed by 0x");
    store.remove(key);
    store.put(key, good, Map.of());
    assertThat(read(store, keys)).isNotEmpty();
    byte[] json = store.content(commit(store));
    var commit = commit(store);
    json[json.length / 2] ^= 1;
    store.remove(commit);
    store.put(commit, json, Map.of());
    assertRefused(store, "is not one of this content");
  }

  /** Invariant 4: a run that was killed between the two. */
  @Test
  void aSignatureThatAnInterruptedRunLeftIsReplaced() throws Exception {
    var world = world(40, signing("signer"));
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(
                    request ->
                        request.operation() == CREATE
                            && request.keys().getFirst().value().endsWith(".commit"),
                    RemoteException.Kind.TRANSIENT));
    world.run();
    var store = world.store("one");
    assertThat(store.keys().getLast().value()).endsWith(".commit.sig");
    assertThat(Catalog.of(store.list().objects()).unfinished()).hasSize(1);

    world.reach("one", reached -> reached);
    world.run();

    assertThat(read(store, keys)).isNotEmpty();
    assertThat(store.keys().stream().filter(key -> key.value().endsWith(".sig"))).hasSize(1);
  }

  @Test
  void anAttemptIsNotContinuedWithAnotherSigner() throws Exception {
    var world = world(40, null);
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(
                    request ->
                        request.operation() == CREATE
                            && request.keys().getFirst().value().contains(".seqn000003."),
                    RemoteException.Kind.TRANSIENT));
    world.run();
    world.reach("one", reached -> reached);
    world.encode("one", encoding(signing("signer"))).source("data", Map.of("one", "1y 1d"));

    world.run();

    assertThat(read(world.store("one"), keys)).isNotEmpty();
  }

  /** What is left when the segments and the commit object were deleted is garbage. */
  @Test
  void aSignatureAloneIsRemoved() throws Exception {
    var world = world(40, signing("signer"));
    world.run();
    var store = world.store("one");
    var key = signature(store);
    for (var other : List.copyOf(store.keys())) {
      if (!other.equals(key)) {
        store.remove(other);
      }
    }
    assertThat(BackupKey.decode(key.value())).isInstanceOf(ParsedKey.CommitSignature.class);

    world.run();

    assertThat(store.keys()).doesNotContain(key).hasSizeGreaterThan(2);
    assertThat(read(store, keys)).isNotEmpty();
  }

  private CommitReport repair(World world, ContentKeys with, boolean pretend) throws Exception {
    var machine = new Machine(world.btrfs, world::now, () -> true);
    return new CommitRepair(world.setup(), machine, with)
        .run(new RemoteId("one"), only(world.store("one")).uuid(), pretend);
  }

  @Test
  void theSignatureOfAnUndamagedCommitObjectIsRenewed() throws Exception {
    var world = world(40, signing("signer"));
    world.run();
    var store = world.store("one");
    var key = signature(store);
    byte[] good = store.content(key);
    byte[] json = store.content(commit(store));
    var anyone = new ContentKeys(keys.identities(), Signers.anyone());

    for (var with : List.of(keys, anyone)) {
      assertThat(repair(world, with, false).outcome()).isEqualTo(CommitReport.Outcome.UNNEEDED);
      for (byte[] bad :
          List.of(
              new byte[0],
              new byte[3],
              signing("stranger").sign(json),
              signing("signer").sign(new byte[] {1}))) {
        store.put(key, bad, Map.of());
        if (bad.length == 0) {
          store.remove(key);
        }
        var before = store.contents();
        // Invariant 5.
        assertThat(repair(world, with, true).outcome()).isEqualTo(CommitReport.Outcome.SIGNED);
        assertThat(store.contents()).isEqualTo(before);

        var report = repair(world, with, false);

        assertThat(report.outcome()).isEqualTo(CommitReport.Outcome.SIGNED);
        assertThat(report.failures()).isEmpty();
        assertThat(store.content(commit(store))).isEqualTo(json);
        assertThat(read(store, keys)).isNotEmpty();
        assertThat(repair(world, with, false).outcome()).isEqualTo(CommitReport.Outcome.UNNEEDED);
      }
    }
    assertThat(good).isNotEmpty();
  }

  @Test
  void nothingIsSignedThatIsNotProven() throws Exception {
    var world = world(40, signing("signer"));
    world.run();
    var store = world.store("one");
    store.remove(signature(store));
    var strangers = world(40, signing("stranger"));
    strangers.run();

    // A stranger's segments, with and without a signature of his.
    var other = strangers.store("one");
    strangers.encode("one", encoding(signing("signer"))).source("data", Map.of("one", "1y 1d"));
    var before = other.contents();
    var report = repair(strangers, keys, false);
    assertThat(report.outcome()).isEqualTo(CommitReport.Outcome.FAILED);
    assertThat(report.failures().getFirst().message()).contains("signed by 0x");
    assertThat(other.contents()).isEqualTo(before);

    // A damaged segment.
    var segment = only(store).contentKeys().get(1);
    byte[] content = store.content(segment);
    byte[] damaged = content.clone();
    damaged[damaged.length / 2] ^= 1;
    store.put(segment, damaged, store.metadata(segment));
    before = store.contents();
    assertThat(repair(world, keys, false).outcome()).isEqualTo(CommitReport.Outcome.FAILED);
    assertThat(store.contents()).isEqualTo(before);
    store.put(segment, content, store.metadata(segment));

    // Keys that nobody demands.
    for (var signer : new SigningKey[] {null, signing("stranger")}) {
      world.encode("one", encoding(signer)).source("data", Map.of("one", "1y 1d"));
      before = store.contents();
      report = repair(world, keys, false);
      assertThat(report.outcome()).isEqualTo(CommitReport.Outcome.FAILED);
      assertThat(report.failures().getFirst().message())
          .contains(signer == null ? "there is no sign_with" : "sign_with names " + signer.keyId());
      assertThat(store.contents()).isEqualTo(before);
    }
  }
}
