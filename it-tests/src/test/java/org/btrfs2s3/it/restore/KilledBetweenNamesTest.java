package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.restore.Checkpoints;
import org.btrfs2s3.core.restore.Precautions;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A restore of several backups that is killed while it gives them their names. (Invariant 4.) */
class KilledBetweenNamesTest {
  private static final int BACKUPS = 3;

  /** A kill, to the code that is running. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final MemoryStore store = new MemoryStore();
  private final List<RestoreEvent> events = new ArrayList<>();
  private LoopVolume volume;
  private Path target;

  @BeforeEach
  void create() throws IOException {
    volume = LoopVolume.create(LoopVolume.SMALL);
    target = Files.createDirectory(volume.path().resolve("target"));
    for (int number = 1; number <= BACKUPS; number++) {
      var ctransid = Ctransid.ofKernel(number);
      var time = Instant.parse("2026-02-11T12:00:00Z").plusSeconds(number);
      var uuid = new UUID(number, number);
      var identity = new BackupIdentity(uuid, new UUID(9, 9), null, ctransid, time);
      var key = new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of()));
      store.put(
          key,
          SendStreamWriter.stream(
              "data",
              new StreamIdentity(uuid, ctransid, null),
              ("state " + number).getBytes(StandardCharsets.UTF_8)),
          Map.of());
    }
  }

  @AfterEach
  void close() throws IOException {
    volume.close();
  }

  private RestoreReport restoreAll(Btrfs btrfs, String signers) throws Exception {
    events.clear();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var precautions = new Precautions(List.of(), false, false, signers);
    return new Restore(btrfs, store, reader, target, Checkpoints.USUAL, events::add)
        .run(new RestoreOptions(new Selection.All(), null, false, null, precautions));
  }

  /** Does nothing more from the n-th call of a method on. */
  private static Btrfs killedAt(String operation, int call) {
    var real = new KernelBtrfs();
    int[] calls = {0};
    return (Btrfs)
        Proxy.newProxyInstance(
            Btrfs.class.getClassLoader(),
            new Class<?>[] {Btrfs.class},
            (_, method, arguments) -> {
              if (method.getName().equals(operation)) {
                calls[0]++;
              }
              if (calls[0] >= call) {
                throw new Killed();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @CsvSource({
    "createSnapshot, 1, 0, ''",
    "createSnapshot, 2, 1, ''",
    "createSnapshot, 3, 2, 'who must have signed'",
    "delete, 1, 3, ''",
    "delete, 2, 3, ''",
    "delete, 1, 3, 'who must have signed'",
    "delete, 3, 3, 'who must have signed'"
  })
  void theSameCommandFinishesIt(String operation, int call, int there, String signers)
      throws Exception {
    assertThatThrownBy(() -> restoreAll(killedAt(operation, call), signers))
        .isInstanceOf(Killed.class);
    assertThat(new KernelBtrfs().list(target)).hasSize(there);
    var report = restoreAll(new KernelBtrfs(), signers);

    assertThat(report.failures()).isEmpty();
    assertThat(report.there()).hasSize(there);
    assertThat(report.restored()).hasSize(BACKUPS - there);
    assertThat(events).noneMatch(RestoreEvent.Fetching.class::isInstance);
    assertThat(target.resolve(".btrfs2s3-restoring")).doesNotExist();
    var restored = new KernelBtrfs().list(target);
    assertThat(restored).hasSize(BACKUPS);
    for (var entry : restored) {
      var number = entry.info().stransid();
      assertThat(entry.info().receivedUuid())
          .isEqualTo(new UUID(number.value().longValue(), number.value().longValue()));
      assertThat(target.resolve(entry.name().toString()).resolve("file"))
          .hasContent("state " + number);
    }
  }

  /** A kill may come when nothing is left to be done, which nobody knows. */
  @Test
  void whatIsFinishedTellsUnderWhichConditions() throws Exception {
    restoreAll(new KernelBtrfs(), "who must have signed");

    assertThat(restoreAll(new KernelBtrfs(), "who must have signed").there()).hasSize(BACKUPS);
    assertThat(restoreAll(new KernelBtrfs(), "").there()).hasSize(BACKUPS);
    assertThatThrownBy(() -> restoreAll(new KernelBtrfs(), "somebody else"))
        .hasMessageContaining("without a signature by one of these keys being demanded");
  }
}
