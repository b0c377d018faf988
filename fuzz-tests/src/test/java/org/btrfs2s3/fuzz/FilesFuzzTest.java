package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.inventory.Inventory;
import org.btrfs2s3.core.inventory.InventoryReader;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;

/** A stream that is sound as such may demand anything of the tree. */
final class FilesFuzzTest {

  private static final long MEMORY = 1 << 20;
  private static final UUID SOURCE = new UUID(3, 4);

  @FuzzTest(maxDuration = "10s")
  void areListedOrRefused(byte[] bytes) throws InterruptedException {
    byte[] stream = Checksums.corrected(bytes);
    StreamIdentity identity;
    try {
      var verifier = SendStreamVerifier.inspecting();
      verifier.update(stream, 0, stream.length);
      identity = verifier.finish();
    } catch (SendStreamException refused) {
      return;
    }
    try {
      var inventory = read(stream, identity);
      inventory.forEach(entry -> assertThat(entry.path()).isNotNull());
    } catch (IOException refused) {
      // Not of the remote, nor of the pipeline: what the stream demands is told.
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  private static Inventory read(byte[] stream, StreamIdentity identity)
      throws IOException, InterruptedException {
    var store = new MemoryStore();
    var backup =
        new BackupIdentity(
            identity.uuid(), SOURCE, identity.parentUuid(), identity.ctransid(), Instant.EPOCH);
    var key = BackupKey.encode("data", backup, ZoneOffset.UTC, List.of());
    store.put(new ObjectKey(key), stream, Map.of());
    var chain = Catalog.of(store.list().objects()).backups();
    assertThat(chain).hasSize(1);
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new InventoryReader(reader, MEMORY, new Unheard()).read(List.of(chain));
  }

  private static final class Unheard implements InventoryReader.Listener {

    @Override
    public void reading(StoredBackup object) {}

    @Override
    public void otherTried(StoredBackup other, IOException failure) {}
  }
}
