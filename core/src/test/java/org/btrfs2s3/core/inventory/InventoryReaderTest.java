package org.btrfs2s3.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.content.LockedIdentities;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a chain contains, of whichever objects that can be told. */
final class InventoryReaderTest {

  private static final long MEMORY = 1 << 20;

  private final MemoryStore store = new MemoryStore();
  private final List<ObjectKey> read = new ArrayList<>();
  private final List<ObjectKey> tried = new ArrayList<>();
  private ObjectKey full = new ObjectKey("full");
  private ObjectKey child = new ObjectKey("child");

  @BeforeEach
  void backUp() {
    full = put(identity(1, null), "old", 257);
    child = put(identity(2, uuid(1)), "new", 258);
  }

  private static UUID uuid(int number) {
    return new UUID(1, number);
  }

  private static BackupIdentity identity(int number, @Nullable UUID parent) {
    return new BackupIdentity(
        uuid(number), new UUID(2, 2), parent, Ctransid.ofKernel(number), Instant.EPOCH);
  }

  private ObjectKey put(BackupIdentity identity, String file, long inode) {
    var key = new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of()));
    var expected = new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent());
    var stream = SendStreamWriter.v1().begin("data", expected).mkfile(file, inode).end();
    store.put(key, stream.toByteArray(), Map.of());
    return key;
  }

  /** Another object of the same backup. */
  private ObjectKey copy(ObjectKey key) {
    var copy = new ObjectKey(key + ".copy");
    store.put(copy, store.content(key), Map.of());
    return copy;
  }

  /** So near to its end that everything before it was applied. */
  private void damage(ObjectKey key) {
    var content = store.content(key);
    content[content.length - 1] ^= 1;
    store.put(key, content, Map.of());
  }

  private List<String> paths(BackupStore from, long memory) throws Exception {
    read.clear();
    tried.clear();
    var listener =
        new InventoryReader.Listener() {
          @Override
          public void reading(StoredBackup object) {
            read.add(object.key());
          }

          @Override
          public void otherTried(StoredBackup other, IOException failure) {
            tried.add(other.key());
          }
        };
    var set = BackupSet.of(Catalog.of(store.list().objects()).backups());
    var chain =
        List.of(uuid(1), uuid(2)).stream()
            .map(uuid -> set.equivalents(Objects.requireNonNull(set.byUuid().get(uuid))))
            .toList();
    var locked =
        new LockedIdentities(
            () -> {
              throw new IOException("key.asc: wrong passphrase");
            });
    var reader = new ContentReader(from, new ContentKeys(locked, Signers.anyone()), _ -> List.of());
    List<String> paths = new ArrayList<>();
    new InventoryReader(reader, memory, listener)
        .read(chain)
        .forEach(entry -> paths.add(entry.path().latin1()));
    return paths;
  }

  @Test
  void everyObjectIsReadOnce() throws Exception {
    copy(child);

    assertThat(paths(store, MEMORY)).containsExactly(".", "new", "old");
    assertThat(read).containsExactly(full, child);
    assertThat(tried).isEmpty();
  }

  @Test
  void whatADamagedObjectHasBroughtIsForgotten() throws Exception {
    var good = copy(child);
    damage(child);

    assertThat(paths(store, MEMORY)).containsExactly(".", "new", "old");
    assertThat(read).containsExactly(full, child, full, good);
    assertThat(tried).containsExactly(good);
  }

  @Test
  void theLastObjectThatIsDamagedIsNamed() {
    var other = copy(child);
    damage(child);
    damage(other);

    assertThatThrownBy(() -> paths(store, MEMORY))
        .isInstanceOf(UnreadableBackupException.class)
        .hasMessageContaining(other.value());
  }

  @Test
  void whereTheRemoteIsAwayNoOtherObjectHelps() {
    copy(child);
    var away =
        new FaultyStore(store)
            .fail(
                request ->
                    request.operation() == FaultyStore.Operation.OPEN
                        && request.keys().contains(child),
                RemoteException.Kind.TRANSIENT);

    assertThatThrownBy(() -> paths(away, MEMORY)).isInstanceOf(RemoteException.class);
    assertThat(tried).isEmpty();
  }

  @Test
  void whereTheTreeIsTooLargeNoOtherObjectHelps() {
    copy(child);

    assertThatThrownBy(() -> paths(store, InventoryReader.BYTES_PER_ENTRY))
        .isInstanceOf(InventoryLimitException.class);
    assertThat(tried).isEmpty();
  }

  @Test
  void keysAreUnlockedBeforeAnythingIsRead() {
    var encrypted = new ObjectKey(child + ".gpg");
    store.put(encrypted, store.content(child), Map.of());
    store.remove(child);

    assertThatThrownBy(() -> paths(store, MEMORY)).hasMessage("key.asc: wrong passphrase");
    assertThat(read).isEmpty();
  }
}
