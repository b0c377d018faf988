package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Invariant 7, for streams that somebody else receives. */
final class StreamExportTest {

  private static final int END_BYTES = 10;
  private static final UUID SOURCE = new UUID(9, 9);

  private final MemoryStore store = new MemoryStore();
  private final FaultyStore away = new FaultyStore(store);
  private final StreamExport export =
      new StreamExport(away, new ContentReader(away, ContentKeys.none(), _ -> List.of()));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<String> told = new ArrayList<>();
  private boolean full;

  private static UUID uuid(long number) {
    return new UUID(number, 1);
  }

  private byte[] put(long number, @Nullable UUID parent) {
    var identity = identity(number, parent);
    var stream =
        SendStreamWriter.stream(
            "data",
            new StreamIdentity(identity.uuid(), identity.ctransid(), parent),
            "state".getBytes(StandardCharsets.UTF_8));
    store.put(key(number, parent), stream, Map.of());
    return stream;
  }

  private static BackupIdentity identity(long number, @Nullable UUID parent) {
    return new BackupIdentity(
        uuid(number), SOURCE, parent, Ctransid.ofKernel(number), Instant.EPOCH.plusSeconds(number));
  }

  private static ObjectKey key(long number, @Nullable UUID parent) {
    return new ObjectKey(
        BackupKey.encode("data", identity(number, parent), ZoneOffset.UTC, List.of()));
  }

  /** Into a buffer that can forget what it has, or cannot. */
  private StreamExport.Written write(List<StoredBackup> objects, boolean forgets)
      throws IOException, InterruptedException {
    var sink =
        new StreamExport.Sink() {
          @Override
          public OutputStream content() {
            return full ? new FullDisk() : out;
          }

          @Override
          public boolean restart() {
            if (forgets) {
              out.reset();
            }
            return forgets;
          }
        };
    return export.write(
        objects,
        sink,
        new StreamExport.Listener() {
          @Override
          public void fetching(StoredBackup object) {
            told.add("fetching " + object.key());
          }

          @Override
          public void otherTried(StoredBackup other, IOException failure) {
            told.add("other " + other.key() + " for " + failure.getMessage());
          }
        });
  }

  private static final class FullDisk extends OutputStream {
    @Override
    public void write(int oneByte) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void anotherObjectOfTheSameSnapshotTakesThePlaceOfADamagedOne() throws Exception {
    var stream = put(1, null);
    var copy = new ObjectKey(key(1, null) + ".copy");
    store.put(copy, stream, Map.of());
    store.put(key(1, null), Arrays.copyOf(stream, stream.length - 1), Map.of());
    var objects = export.choose(new Selection.Latest(), null);

    var written = write(objects, true);

    assertThat(written.backup().key()).isEqualTo(copy);
    assertThat(out.toByteArray()).isEqualTo(stream);
    assertThat(told)
        .hasSize(3)
        .element(1)
        .asString()
        .contains("other " + copy, "cannot write the stream of " + key(1, null));
    // The twins: somebody has what was written already; nothing can be written at all.
    out.reset();
    assertThatThrownBy(() -> write(objects, false)).hasMessageContaining(key(1, null).value());
    assertThat(out.size()).isLessThanOrEqualTo(stream.length - END_BYTES);
    full = true;
    told.clear();
    assertThatThrownBy(() -> write(objects, true)).hasMessageContaining("No space left");
    assertThat(told).hasSize(1);
  }

  @Test
  void noOtherBackupTakesThePlaceOfADamagedOne() throws Exception {
    put(1, null);
    var stream = put(2, null);
    store.put(key(2, null), Arrays.copyOf(stream, stream.length - 1), Map.of());
    var objects = export.choose(new Selection.Latest(), null);

    assertThat(objects).extracting(StoredBackup::key).containsExactly(key(2, null));
    assertThatThrownBy(() -> write(objects, true)).hasMessageContaining(key(2, null).value());
  }

  /** Of a remote that is away nothing else is to be had either. */
  @Test
  void nothingElseIsTriedWhereTheRemoteIsAway() throws Exception {
    store.put(new ObjectKey(key(1, null) + ".copy"), put(1, null), Map.of());
    var objects = export.choose(new Selection.Latest(), null);
    away.fail(FaultyStore.allOf(FaultyStore.Operation.OPEN), RemoteException.Kind.TRANSIENT);

    assertThat(objects).hasSize(2);
    assertThatThrownBy(() -> write(objects, true)).isInstanceOf(RemoteException.class);
    assertThat(told).containsExactly("fetching " + key(1, null));
  }

  @Test
  void writesTheStreamOfTheOneThatIsSelectedWhateverItsChain() throws Exception {
    put(1, null);
    var stream = put(3, uuid(2));
    var objects = export.choose(new Selection.Latest(), null);

    assertThat(write(objects, true).bytes()).isEqualTo(stream.length);
    assertThat(out.toByteArray()).isEqualTo(stream);
  }

  @Test
  void writesNoEndOfADamagedOne() throws Exception {
    var stream = put(1, null);
    store.put(key(1, null), Arrays.copyOf(stream, stream.length - 1), Map.of());
    var objects = export.choose(new Selection.Latest(), null);

    assertThatThrownBy(() -> write(objects, true))
        .hasMessageContaining("cannot write the stream of " + objects.getFirst().key());
    assertThat(out.size()).isLessThanOrEqualTo(stream.length - END_BYTES);
  }

  @Test
  void wantsToKnowWhichOne() {
    put(1, null);
    put(2, null);

    assertThatThrownBy(() -> export.choose(new Selection.All(), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("2 backups fit");
    assertThatThrownBy(() -> export.choose(new Selection.Snapshot(uuid(7)), null))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("no backup fits");
  }
}
