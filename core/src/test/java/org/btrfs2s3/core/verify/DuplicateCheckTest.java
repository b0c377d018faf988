package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.only;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of what is not the object that counts (invariants 3 and 10). */
final class DuplicateCheckTest {

  @TempDir private Path directory = Path.of("");

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;

  @Test
  void leftoversDuplicatesAndForeignObjectsAreNoDamage() throws Exception {
    var key = stored.whole(1, 0);
    store.put(new ObjectKey("copy/" + key), store.content(key), Map.of());
    store.put(new ObjectKey("notes.txt"), new byte[1], Map.of());
    var commit = stored.segmented(2, 1);
    store.remove(commit);

    var report = verifying.run(Level.DATA);

    assertThat(only(report, Finding.Kind.DUPLICATE))
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.INFO);
              assertThat(finding.advice()).contains("gc --duplicates", "if both are equal");
            });
    assertThat(only(report, Finding.Kind.FOREIGN_OBJECTS).severity()).isEqualTo(Severity.INFO);
    assertThat(only(report, Finding.Kind.COMMIT_MISSING).severity())
        .as("of a source that is not here")
        .isEqualTo(Severity.WARNING);
    assertThat(report.hasDamage()).isFalse();
    assertThat(report.checked()).containsExactly(uuid(1));
  }

  private ObjectKey copy(ObjectKey key, String suffix, int bytes) {
    var copy = new ObjectKey(key + suffix);
    store.put(copy, Arrays.copyOf(store.content(key), bytes), store.metadata(key));
    return copy;
  }

  /** The attacker's case: nobody may be told to delete the good one. */
  @Test
  void aSecondObjectThatDiffersIsNoGarbage() throws Exception {
    var key = stored.whole(1, 0);
    var copy = copy(key, ".copy", 20);

    var listed = only(verifying.run(Level.LISTING), Finding.Kind.DUPLICATE);
    var read = verifying.run(Level.DATA);

    assertThat(listed.severity()).isEqualTo(Severity.WARNING);
    assertThat(listed.key()).isEqualTo(copy);
    assertThat(listed.message()).contains(copy + " (20 bytes)", key.value(), "they differ");
    assertThat(listed.advice()).contains("delete neither").doesNotContain("gc");
    assertThat(read.hasDamage()).isFalse();
    assertThat(only(read, Finding.Kind.DUPLICATE).message())
        .contains("the other was read to its end", "this one is damaged");
  }

  @Test
  void aGoodObjectBesideADamagedOneIsFoundAndIsTheOneToKeep() throws Exception {
    var key = stored.whole(1, 0);
    var good = copy(key, ".copy", store.content(key).length);
    store.put(key, new byte[store.content(key).length - 1], store.metadata(key));

    var listed = only(verifying.run(Level.LISTING), Finding.Kind.DUPLICATE);
    var report = verifying.run(Level.DATA);

    assertThat(listed.advice()).contains("delete neither").doesNotContain("gc");
    assertThat(report.hasDamage()).isTrue();
    assertThat(only(report, Finding.Kind.DAMAGED).message())
        .contains("another object of the same snapshot is " + good);
    var finding = only(report, Finding.Kind.DUPLICATE);
    assertThat(finding.key()).isEqualTo(good);
    assertThat(finding.message()).contains("the other is damaged, and this one is whole");
    assertThat(finding.advice()).startsWith("keep this one").doesNotContain("gc");
  }

  @Test
  void twoDamagedObjectsAreNeitherGoodNorGarbage() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, new byte[store.content(key).length], store.metadata(key));
    copy(key, ".copy", store.content(key).length);

    var finding = only(verifying.run(Level.DATA), Finding.Kind.DUPLICATE);

    assertThat(finding.message()).contains("this one is damaged");
    assertThat(finding.advice()).startsWith("delete neither").doesNotContain("gc");
  }

  @Test
  void aSecondFileWithTheKeyOfAnObjectIsNamed() throws Exception {
    DirectoryStore.createMarker(directory.resolve("remote"));
    var key = stored.whole(1, 0);
    var escaped = key.value().replace(":", "%3A");
    Files.write(directory.resolve("remote").resolve(key.value()), store.content(key));
    Files.write(directory.resolve("remote").resolve(escaped), new byte[9]);
    try (var remote = DirectoryStore.at(directory.resolve("remote"))) {

      var report = verifying.run(remote, Level.DATA);

      assertThat(report.hasDamage()).isFalse();
      assertThat(report.findings()).hasSize(1);
      assertThat(only(report, Finding.Kind.SECOND_FILE))
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.key()).isEqualTo(key);
                assertThat(finding.message()).contains(escaped, key.value());
              });
    }
  }

  @Test
  void whatWasNotChosenIsNotReadBesideADamagedOneEither() throws Exception {
    var key = stored.whole(1, 0);
    copy(key, ".copy", store.content(key).length);
    store.put(key, new byte[0], store.metadata(key));
    var chosen = new Sample.One(stored.whole(2, 0));

    var report = verifying.run(new VerifyOptions(Level.DATA, chosen, Verifying.TODAY, null, null));

    assertThat(only(report, Finding.Kind.EMPTY).key()).isEqualTo(key);
    assertThat(only(report, Finding.Kind.DUPLICATE).message()).contains("this one was not read");
  }
}
