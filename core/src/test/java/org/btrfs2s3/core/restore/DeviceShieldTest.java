package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.linux.EffectiveUser;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.SendStreamWriter.Attributes;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused where {@code btrfs receive} cannot be kept from devices. (Invariant 10.) */
final class DeviceShieldTest {

  private static final UUID ID = new UUID(2, 2);
  private static final long LOOP0 = 7 << 8;
  private static final DeviceShield OPEN = new DeviceShield(new DeviceAccess.Open("no mounting"));

  @TempDir private Path directory = Path.of("");

  private final FakeBtrfs btrfs = new FakeBtrfs();

  private RestoreReport restore(long device) throws Exception {
    var ctransid = Ctransid.ofKernel(5);
    var time = Instant.parse("2026-02-11T12:00:00Z");
    var node = new Attributes().add(15, "node").add(3, 257).add(8, device).add(5, 0020644);
    var stream =
        SendStreamWriter.v1()
            .begin("data", new StreamIdentity(ID, ctransid, null))
            .command(5, node)
            .end();
    var identity = new BackupIdentity(ID, new UUID(1, 1), null, ctransid, time);
    var store = new MemoryStore();
    var key = BackupKey.encode("data", identity, ZoneOffset.UTC, List.of());
    store.put(new ObjectKey(key), stream.toByteArray(), Map.of());
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new Restore(btrfs, store, reader, directory, _ -> {})
        .run(new RestoreOptions(new Selection.All(), null, false));
  }

  @Test
  void aNodeOfADeviceIsRefusedWithTheWayOut() throws Exception {
    btrfs.openDevices("no mounting");
    var report = restore(LOOP0);

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            failure -> {
              // It is not the backup's fault.
              assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCAL);
              assertThat(failure.message())
                  .contains("node", "7:0", "no mounting", "nodev", "--stream-to");
            });
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aWhiteoutIsRestoredAllTheSame() throws Exception {
    btrfs.openDevices("no mounting");
    assertThat(restore(0).restored()).hasSize(1);
  }

  @Test
  void aNodeOfADeviceIsRestoredWhereItDoesNoHarm() throws Exception {
    assertThat(restore(LOOP0).restored()).hasSize(1);
  }

  @Test
  void aSendParentWithANodeOfADeviceIsRefused() throws Exception {
    assumeTrue(EffectiveUser.id() == 0, "only root makes nodes");
    var deep = Files.createDirectories(directory.resolve("a/b"));
    Command.run("mknod", deep.resolve("whiteout").toString(), "c", "0", "0");
    Command.run("mkfifo", deep.resolve("fifo").toString());
    Files.createSymbolicLink(deep.resolve("link"), Path.of("/dev/null"));
    assertThatCode(() -> OPEN.requireSafe(directory)).doesNotThrowAnyException();

    Command.run("mknod", deep.resolve("disk").toString(), "b", "7", "0");
    assertThatThrownBy(() -> OPEN.requireSafe(directory))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("a/b/disk")
        .hasMessageContaining("no mounting");
    var shut = new DeviceShield(new DeviceAccess.Shut());
    assertThatCode(() -> shut.requireSafe(directory)).doesNotThrowAnyException();
  }
}
