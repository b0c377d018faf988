package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.assertClean;
import static org.btrfs2s3.core.verify.Verifying.only;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.junit.jupiter.api.Test;

/** What only reading a backup to its end shows (invariants 1 and 3). */
final class DataCheckTest {

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;

  @Test
  void contentIsLookedAtByDataOnly() throws Exception {
    for (var number : List.of(1, 2)) {
      var key = number == 1 ? stored.whole(1, 0) : stored.segmented(1, 0);
      var object = number == 1 ? key : Stored.segment(identity(1, 0), 1);
      var bytes = store.content(object);
      for (int at = 0; at < bytes.length; at += 7) {
        var damaged = bytes.clone();
        damaged[at] ^= 0x10;
        store.put(object, damaged, Stored.metadata(identity(1, 0)));

        assertThat(verifying.run(Level.LISTING).hasDamage()).isFalse();
        assertThat(only(verifying.run(Level.DATA), Finding.Kind.DAMAGED).key()).isEqualTo(object);
      }
      store.keys().forEach(store::remove);
    }
  }

  @Test
  void anotherBackupUnderTheKey() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, Stored.stream(identity(9, 0)), Map.of());

    assertThat(only(verifying.run(Level.DATA), Finding.Kind.DAMAGED).message())
        .contains("expected was");
  }

  @Test
  void aCommandThatFailsIsToldAsSuch() throws Exception {
    var identity = identity(1, 0);
    store.put(
        Stored.key(identity), "not the plain stream".getBytes(StandardCharsets.UTF_8), Map.of());
    var commands = List.of(List.of("sh", "-c", "cat >/dev/null; echo No secret key >&2; exit 2"));
    var reader = new ContentReader(store, ContentKeys.none(), _ -> commands);

    var report =
        new Verify("one", store, reader, verifying.btrfs, List.of(), _ -> {})
            .run(Verifying.all(Level.DATA));
    var finding = only(report, Finding.Kind.COMMAND_FAILED);

    assertThat(finding.isDamage()).as("it may be").isTrue();
    assertThat(finding.message()).contains("exit code 2", "No secret key");
    assertThat(finding.advice()).startsWith("run the commands of restore_through on it by hand");
  }

  @Test
  void aCommitObjectIsReadOnceToLookAtAndOnceToReadTheBackup() throws Exception {
    var commit = stored.segmented(1, 0);
    var counting = new FaultyStore(store);

    assertClean(verifying.run(counting, Level.DATA));

    assertThat(counting.requests())
        .filteredOn(request -> request.operation() == Operation.OPEN)
        .filteredOn(request -> request.keys().contains(commit))
        .hasSize(2);
  }

  @Test
  void aStaleHashOfRightContentIsAWarning() throws Exception {
    var commit = stored.segmented(1, 0);
    var json = new String(store.content(commit), StandardCharsets.UTF_8);
    var hash = CommitJson.read(store.content(commit)).segments().getFirst().content().sha256();
    store.put(
        commit,
        json.replace(hash, "0".repeat(64)).getBytes(StandardCharsets.UTF_8),
        store.metadata(commit));

    var report = verifying.run(Level.DATA);

    assertThat(only(report, Finding.Kind.HASH_STALE).severity()).isEqualTo(Severity.WARNING);
    assertThat(only(report, Finding.Kind.HASH_STALE).advice())
        .contains("repair --remote one --commit " + uuid(1));
    assertThat(report.hasDamage()).isFalse();
  }

  @Test
  void withoutKeyOrCommandNothingIsKnown() throws Exception {
    var identity = identity(1, 0);
    store.put(
        Stored.key(identity), "\u001f\u008bgzip".getBytes(StandardCharsets.ISO_8859_1), Map.of());

    var report = verifying.run(Level.DATA);

    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked()).singleElement().matches(NotChecked::undecodable);
    assertThat(report.checked()).isEmpty();
  }
}
