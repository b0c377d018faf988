package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What restoring for a check asks of the remote. */
final class RestoreCheckTest {

  @TempDir private Path scratch = Path.of("");

  private final MemoryStore store = new MemoryStore();
  private final Stored stored = new Stored(store);
  private final FaultyStore counting = new FaultyStore(store);
  private final FakeBtrfs btrfs = new FakeBtrfs();

  private List<SourcePlace> places = List.of();

  private final List<NotChecked> notChecked = new ArrayList<>();
  private final List<Finding> found = new ArrayList<>();

  private Set<?> check(Catalog catalog) throws Exception {
    var checked = check(catalog, btrfs);
    assertThat(notChecked).isEmpty();
    return checked;
  }

  private Set<?> check(Catalog catalog, Btrfs btrfs) throws Exception {
    var reader = new ContentReader(counting, ContentKeys.none(), _ -> List.of());
    var inventory = new Inventory(catalog, null);
    var snapshots = LocalSnapshots.find(btrfs, places);
    var findings = new Findings("one", inventory, snapshots, _ -> {});
    var data = new DataCheck(counting, reader, findings, new Absence(counting, findings));
    List<List<StoredBackup>> chains = new ArrayList<>();
    List<StoredBackup> chain = new ArrayList<>();
    for (var backup : inventory.backups()) {
      chain.add(backup);
      chains.add(List.copyOf(chain));
    }
    var check =
        new RestoreCheck(btrfs, counting, catalog, reader, snapshots, findings, data, _ -> {});
    var checked = check.check(chains, scratch);
    notChecked.addAll(findings.notChecked());
    found.addAll(findings.findings());
    return checked;
  }

  private List<ObjectKey> asked(Operation operation) {
    return counting.requests().stream()
        .filter(request -> request.operation() == operation)
        .flatMap(request -> request.keys().stream())
        .toList();
  }

  @Test
  void nothingIsListedAnewAndNothingFetchedTwice() throws Exception {
    stored.segmented(1, 0);
    stored.whole(2, 1);
    stored.segmented(3, 2);
    var catalog = Catalog.of(store.list().objects());

    assertThat(check(catalog)).hasSize(3);

    assertThat(counting.requests()).noneMatch(request -> request.operation() == Operation.LIST);
    assertThat(asked(Operation.OPEN))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(store.keys());
  }

  /** The same file system, whose disk fails from some call of an operation on. */
  private Btrfs failing(String operation, int from) {
    return failing(operation, from, "Input/output error", () -> {});
  }

  private Btrfs failing(String operation, int from, String words, Runnable before) {
    var calls = new AtomicInteger();
    return (Btrfs)
        Proxy.newProxyInstance(
            Btrfs.class.getClassLoader(),
            new Class<?>[] {Btrfs.class},
            (_, method, arguments) -> {
              boolean isHidden =
                  operation.equals("delete")
                      && arguments != null
                      && arguments.length > 1
                      && !(arguments[0] instanceof Path in
                          && in.endsWith(Stored.SOURCE.toString())
                          && !arguments[1].toString().startsWith("."));
              if (method.getName().equals(operation)
                  && !isHidden
                  && calls.incrementAndGet() >= from) {
                before.run();
                throw new BtrfsException("cannot " + operation + " it: " + words, "", null);
              }
              try {
                return method.invoke(btrfs, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  // Invariant 9: what was found before stays, and the rest was not checked.
  @Test
  void aScratchFileSystemThatFailsLosesNothingOfTheReport() throws Exception {
    for (int i = 1; i <= 3; i++) {
      stored.whole(i, 0);
    }

    var checked = check(Catalog.of(store.list().objects()), failing("delete", 2));

    assertThat(checked).hasSize(2);
    assertThat(found).noneMatch(Finding::isDamage);
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("scratch", "full or broken"));
  }

  /** Nor may what a source is called turn damage into something that was not checked. */
  @Test
  void damageIsDamageWhateverTheSourceIsCalled() throws Exception {
    var identity = Stored.identity(1, 0);
    for (var base : List.of("EIO", "No space left on device", "ENOSPC")) {
      store.keys().forEach(store::remove);
      found.clear();
      var key = new ObjectKey(Stored.key(identity).value().replaceFirst("data", base));
      var bytes = Stored.stream(identity);
      bytes[bytes.length / 2] ^= 1;
      store.put(key, bytes, Stored.metadata(identity));

      assertThat(check(Catalog.of(store.list().objects()))).isEmpty();

      assertThat(found)
          .as(base)
          .singleElement()
          .extracting(Finding::kind)
          .isEqualTo(Finding.Kind.DAMAGED);
    }
  }

  /** The message names the object, and with it the source. */
  @Test
  void whatCannotBeReceivedIsToldAsSuchWhateverTheSourceIsCalled() throws Exception {
    var identity = Stored.identity(1, 0);
    var key = new ObjectKey(Stored.key(identity).value().replaceFirst("data", "EIO"));
    store.put(key, Stored.stream(identity), Stored.metadata(identity));

    assertThat(
            check(
                Catalog.of(store.list().objects()),
                failing("receive", 1, "a bad stream", () -> {})))
        .isEmpty();

    assertThat(found)
        .singleElement()
        .extracting(Finding::kind)
        .isEqualTo(Finding.Kind.NOT_RECEIVED);
    assertThat(notChecked).isEmpty();
  }

  @Test
  void whatTheRemoteDoesNotGiveIsNoFaultOfTheScratchFileSystem() throws Exception {
    stored.whole(1, 0);
    counting.fail(request -> request.operation() == Operation.OPEN, RemoteException.Kind.TRANSIENT);

    assertThat(check(Catalog.of(store.list().objects()), btrfs)).isEmpty();

    assertThat(found).isEmpty();
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).doesNotContain("scratch"));
  }

  /** Invariant 9: the remote was away for a moment, and nothing is wrong with the backup. */
  @Test
  void whatCouldNotBeFetchedButCanBeReadIsNotDamaged() throws Exception {
    stored.whole(1, 0);
    var opened = new AtomicInteger();
    counting.fail(
        request -> request.operation() == Operation.OPEN && opened.incrementAndGet() == 1,
        RemoteException.Kind.TRANSIENT);

    assertThat(check(Catalog.of(store.list().objects()), btrfs)).isEmpty();

    assertThat(opened).hasValueGreaterThan(1);
    assertThat(found).isEmpty();
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("could not be fetched"));
  }

  @Test
  void aScratchFileSystemThatFailsIsNoDamageOfTheBackup() throws Exception {
    stored.whole(1, 0);

    assertThat(check(Catalog.of(store.list().objects()), failing("receive", 1))).isEmpty();

    assertThat(found).isEmpty();
    assertThat(notChecked).hasSize(1);
  }

  /** Wherever the scratch directory is, and whatever the source is called. */
  @Test
  void whatCannotBeReceivedIsToldOfTheBackup() throws Exception {
    var identity = Stored.identity(1, 0);
    var key = new ObjectKey(Stored.key(identity).value().replaceFirst("data", "EIO"));
    store.put(key, Stored.stream(identity), Stored.metadata(identity));
    scratch = Files.createDirectory(scratch.resolve("ENOSPC"));
    var receive = failing("receive", 1, scratch + ": exit code 1", () -> {});

    assertThat(check(Catalog.of(store.list().objects()), receive)).isEmpty();

    assertThat(notChecked).isEmpty();
    assertThat(found)
        .singleElement()
        .extracting(Finding::kind)
        .isEqualTo(Finding.Kind.NOT_RECEIVED);
  }

  @Test
  void aScratchFileSystemThatTakesNothingIsNoDamageOfTheBackup() throws Exception {
    stored.whole(1, 0);
    var renamed = scratch.resolveSibling("away");
    var receive =
        failing(
            "receive",
            1,
            "exit code 1",
            () -> assertThat(scratch.toFile().renameTo(renamed.toFile())).isTrue());

    assertThat(check(Catalog.of(store.list().objects()), receive)).isEmpty();
    assertThat(renamed.toFile().renameTo(scratch.toFile())).isTrue();

    assertThat(found).isEmpty();
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("the scratch file system failed"));
  }

  @Test
  void whereNoDirectoryCanBeMadeItIsToldOfTheScratchFileSystem() throws Exception {
    stored.whole(1, 0);
    scratch = Files.createFile(scratch.resolve("no directory"));

    assertThat(check(Catalog.of(store.list().objects()), btrfs)).isEmpty();

    assertThat(found).isEmpty();
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("the scratch file system failed"));
  }

  @Test
  void withoutKnowingTheSnapshotsNothingWasCompared() throws Exception {
    // Invariant 9.
    stored.whole(1, 0);
    places = List.of(new SourcePlace(scratch.resolve("away"), scratch, "data", false));

    assertThat(check(Catalog.of(store.list().objects()), btrfs)).isEmpty();

    assertThat(found).isEmpty();
    assertThat(notChecked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("it can be restored", "not known"));
  }

  @Test
  void aDamagedObjectIsToldThoughAnotherOneCouldBeRestored() throws Exception {
    var key = stored.whole(1, 0);
    store.put(new ObjectKey(key + ".copy"), store.content(key), store.metadata(key));
    var bytes = store.content(key);
    bytes[bytes.length / 2] ^= 1;
    store.put(key, bytes, store.metadata(key));

    assertThat(check(Catalog.of(store.list().objects()))).hasSize(1);

    assertThat(found)
        .filteredOn(Finding::isDamage)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED);
              assertThat(finding.key()).isEqualTo(key);
            });
  }
}
