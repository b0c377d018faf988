package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
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

  private Set<?> check(Catalog catalog) throws Exception {
    var reader = new ContentReader(counting, ContentKeys.none(), _ -> List.of());
    var inventory = new Inventory(catalog, null);
    var snapshots = LocalSnapshots.find(btrfs, List.of());
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
    assertThat(findings.notChecked()).isEmpty();
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
}
