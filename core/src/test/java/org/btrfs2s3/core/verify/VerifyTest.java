package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.TODAY;
import static org.btrfs2s3.core.verify.Verifying.assertClean;
import static org.btrfs2s3.core.verify.Verifying.only;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.content.LockedIdentities;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Each kind of damage is found, and its undamaged twin is not (invariants 3 and 9). */
final class VerifyTest {

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws Exception {
    stored.whole(1, 0);
    stored.segmented(2, 1);
    stored.whole(3, 2);
    var before = store.contents();

    assertClean(verifying.run(Level.LISTING));
    var data = verifying.run(Level.DATA);
    assertClean(data);
    assertThat(data.streamBytes())
        .isEqualTo(
            Stored.stream(identity(1, 0)).length
                + Stored.stream(identity(2, 1)).length
                + Stored.stream(identity(3, 2)).length);
    assertThat(store.contents()).as("nothing was changed").isEqualTo(before);
  }

  @Test
  void thePythonToolsObjectsSayNothingOfThemselves() throws Exception {
    store.put(stored.whole(1, 0), Stored.stream(identity(1, 0)), Map.of());

    assertClean(verifying.run(Level.DATA));
  }

  @Test
  void withoutAScratchFileSystemTheRestOfTheReportIsTold() throws Exception {
    // Invariant 9: a directory on which there can be none, whoever runs this.
    stored.whole(1, 0);
    store.remove(stored.whole(2, 1));
    stored.whole(3, 2);

    var report =
        verifying.run(
            new VerifyOptions(Level.RESTORE, new Sample.All(), TODAY, null, Path.of("/proc")));

    assertThat(only(report, Finding.Kind.PARENT_MISSING).uuid()).isEqualTo(uuid(2));
    assertThat(report.notChecked())
        .extracting(NotChecked::uuid)
        .containsExactlyInAnyOrder(uuid(1), uuid(3));
    assertThat(report.checked()).isEmpty();
  }

  @Test
  void withoutThePassphraseTheRestOfTheReportIsTold() throws Exception {
    // Invariant 9: and nobody who mistypes it hears of damage.
    store.remove(stored.whole(1, 0));
    stored.whole(2, 1);
    stored.whole(3, 0);
    var encrypted = identity(4, 0);
    store.put(Stored.key(encrypted, ".gpg"), new byte[9], Map.of());
    var locked =
        new LockedIdentities(
            () -> {
              throw new IOException("key.asc: wrong passphrase");
            });
    var reader =
        new ContentReader(store, new ContentKeys(locked, Signers.anyone()), _ -> List.of());

    var report =
        new Verify("one", store, reader, verifying.btrfs, List.of(), _ -> {})
            .run(Verifying.all(Level.DATA));

    assertThat(only(report, Finding.Kind.PARENT_MISSING).uuid()).isEqualTo(uuid(1));
    assertThat(report.findings()).hasSize(1);
    assertThat(report.notChecked())
        .singleElement()
        .satisfies(
            what -> {
              assertThat(what.uuid()).isEqualTo(uuid(4));
              assertThat(what.undecodable()).isTrue();
              assertThat(what.message()).contains("wrong passphrase");
            });
    assertThat(report.checked()).containsExactly(uuid(2), uuid(3));
  }

  @Test
  void whatCannotBeReadIsNeitherRightNorDamaged() throws Exception {
    var key = stored.whole(1, 0);
    stored.whole(2, 1);
    for (var operation : List.of(Operation.FIND, Operation.OPEN)) {
      var remote =
          new FaultyStore(store)
              .fail(
                  request -> request.operation() == operation && request.keys().contains(key),
                  RemoteException.Kind.DENIED);

      var report = verifying.run(remote, Level.DATA);

      assertThat(report.findings()).isEmpty();
      assertThat(report.notChecked()).hasSize(1);
      assertThat(report.notChecked().getFirst().uuid()).isEqualTo(uuid(1));
      assertThat(report.notChecked().getFirst().undecodable()).isFalse();
      assertThat(report.checked()).as("the others go on").containsExactly(uuid(2));
    }
    var gone = new FaultyStore(store).fail(_ -> true, RemoteException.Kind.TRANSIENT);
    assertThatThrownBy(() -> verifying.run(gone, Level.LISTING))
        .isInstanceOf(RemoteException.class);
  }

  @Test
  void whatVanishesIsDamageOnlyIfItIsStillListed() throws Exception {
    var key = stored.whole(1, 0);
    stored.whole(2, 0);
    var lying =
        new FaultyStore(store)
            .fail(
                request -> request.operation() == Operation.OPEN && request.keys().contains(key),
                RemoteException.Kind.NOT_FOUND);

    var report = verifying.run(lying, Level.DATA);
    assertThat(only(report, Finding.Kind.VANISHED).isDamage()).isTrue();

    VerifyListener update =
        event -> {
          if (event instanceof VerifyEvent.Checking) {
            store.remove(key); // While this runs.
          }
        };
    var deleted = verifying.verify(store, List.of(), update).run(Verifying.all(Level.DATA));
    assertThat(only(deleted, Finding.Kind.VANISHED).severity()).isEqualTo(Severity.INFO);
    assertThat(deleted.hasDamage()).isFalse();
    assertThat(deleted.checked()).containsExactly(uuid(2));
  }

  @Test
  void oneBackupThatWasChosen() throws Exception {
    store.put(stored.whole(1, 0), new byte[9], Map.of());
    var key = stored.whole(2, 0);
    var copy = store.put(new ObjectKey("other/" + key), store.content(key), Map.of());

    var report =
        verifying.run(new VerifyOptions(Level.DATA, new Sample.One(key), TODAY, null, null));
    assertThat(report.hasDamage()).isFalse();
    assertThat(report.checked()).containsExactly(uuid(2));
    var none =
        verifying.run(new VerifyOptions(Level.DATA, new Sample.One(copy.key()), TODAY, null, null));
    assertThat(none.sampled()).as("another object counts").isEmpty();
  }
}
