package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.restore.Checkpoints;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.SendStreamWriter.Attributes;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams that nothing but a forger makes: they go through links of their own to what is not
 * theirs. {@code btrfs receive} follows them. (Invariants 7, 10.)
 */
class HostileStreamTest {
  private static final UUID SOURCE = new UUID(1, 1);
  private static final UUID FULL = new UUID(2, 2);
  private static final UUID CHILD = new UUID(3, 3);
  private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FORGED = "forged".getBytes(StandardCharsets.UTF_8);
  private static final int MKNOD = 5;
  private static final int CHOWN = 19;
  private static final int SET_XATTR = 13;
  private static final int CHARACTER = 0020000;
  private static final int BLOCK = 0060000;

  private LoopVolume volume;
  private Path target;
  private Path treasure;
  private final MemoryStore store = new MemoryStore();

  @BeforeEach
  void create() throws IOException {
    volume = LoopVolume.create(LoopVolume.SMALL);
    target = Files.createDirectory(volume.path().resolve("target"));
    treasure = Files.write(target.resolve("secret"), OURS);
  }

  @AfterEach
  void close() throws IOException {
    volume.close();
  }

  private void backUp(UUID uuid, @Nullable UUID parent, UnaryOperator<SendStreamWriter> commands) {
    var ctransid = Ctransid.ofKernel(parent == null ? 5 : 6);
    var time = Instant.parse("2026-02-11T12:00:00Z").plusSeconds(parent == null ? 0 : 1);
    var identity = new BackupIdentity(uuid, SOURCE, parent, ctransid, time);
    var stream = SendStreamWriter.v1().begin("data", new StreamIdentity(uuid, ctransid, parent));
    var key = new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of()));
    store.put(key, commands.apply(stream).end().toByteArray(), Map.of());
  }

  private RestoreReport restoreAll() throws Exception {
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new Restore(new KernelBtrfs(), store, reader, target, Checkpoints.ALWAYS, _ -> {})
        .run(new RestoreOptions(new Selection.All(), null, false));
  }

  private static SendStreamWriter node(
      SendStreamWriter stream, String path, long inode, int type, int device) {
    var attributes =
        new Attributes().add(15, path).add(3, inode).add(8, device).add(5, type | 0644);
    return stream.command(MKNOD, attributes);
  }

  private static SendStreamWriter link(SendStreamWriter stream, String to) {
    return stream.symlink("o257-1-0", 257, to).rename("o257-1-0", "l");
  }

  private void assertRefused(RestoreReport report) throws IOException {
    assertThat(report.failures())
        .last()
        .satisfies(
            failure ->
                assertThat(failure.message()).contains("data.ctim", "outside of its subvolume"));
    assertThat(treasure).hasBinaryContent(OURS);
    try (var left = Files.list(target)) {
      assertThat(left.filter(path -> !isSubvolume(path)))
          .allMatch(path -> path.equals(treasure) || path.endsWith(".btrfs2s3-restoring"));
    }
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static boolean isSubvolume(Path path) {
    try {
      new KernelBtrfs().inspect(path);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "/", "../..", "../../../.."})
  void aFullStreamReachesNothingThroughItsOwnLink(String to) throws Exception {
    backUp(
        FULL,
        null,
        stream ->
            link(stream, to)
                .mkfile("l/new", 258)
                .write("l/new", 0, FORGED)
                .mkdir("l/more", 259)
                .symlink("l/more/link", 260, "/"));
    assertRefused(restoreAll());
    assertThat(target.resolve(".btrfs2s3-restoring")).doesNotExist();
  }

  /** Each of these worked on what lay in the target. */
  @Test
  void nothingThatIsThereIsWrittenRenamedDeletedOrRead() throws Exception {
    for (var commands :
        List.<UnaryOperator<SendStreamWriter>>of(
            stream -> stream.write("l/secret", 0, FORGED),
            stream -> stream.truncate("l/secret", 0),
            stream -> stream.rename("l/secret", "l/gone"),
            stream -> stream.unlink("l/secret"),
            stream -> stream.chmod("l/secret", 0777),
            stream ->
                stream
                    .mkfile("o258-1-0", 258)
                    .rename("o258-1-0", "copy")
                    .clone("copy", 0, 4, FULL, "l/secret"))) {
      backUp(FULL, null, stream -> commands.apply(link(stream, "..")));
      var report = restoreAll();

      assertThat(report.restored()).isEmpty();
      assertThat(report.failures()).hasSize(1);
      assertThat(treasure).hasBinaryContent(OURS);
      assertThat(target).isDirectoryNotContaining(path -> !path.equals(treasure));
    }
  }

  @Test
  void aChildReachesNothingThroughTheLinkOfItsParent() throws Exception {
    backUp(FULL, null, stream -> link(stream, ".."));
    assertThat(restoreAll().failures()).isEmpty();
    backUp(CHILD, FULL, stream -> stream.mkfile("l/new", 258).write("l/new", 0, FORGED));
    var report = restoreAll();

    assertThat(report.there()).hasSize(1);
    assertThat(report.restored()).isEmpty();
    assertRefused(report);
  }

  /** Nor does it open the door of what is not published. */
  @Test
  void theDirectoryThatItIsReceivedIntoStaysAsItWas() throws Exception {
    for (var commands :
        List.<UnaryOperator<SendStreamWriter>>of(
            stream -> stream.chmod("l", 0777),
            stream -> stream.chmod("l/.", 0777),
            stream -> stream.command(CHOWN, new Attributes().add(15, "l/.").add(6, 1).add(7, 1)),
            stream ->
                stream.command(
                    SET_XATTR,
                    new Attributes().add(15, "l/.").add(13, "user.x").add(14, FORGED)))) {
      backUp(FULL, null, stream -> commands.apply(link(stream, "..")));
      assertRefused(restoreAll());
      assertThat(target.resolve(".btrfs2s3-restoring")).doesNotExist();
    }
    // The twin: the same commands within the subvolume.
    backUp(FULL, null, stream -> link(stream, "..").mkdir("d", 258).chmod("d", 0777));
    assertThat(restoreAll().failures()).isEmpty();
  }

  /** A disk that only this test uses, and streams that write to it. */
  private interface OnDisk {
    void run(Path disk, int number) throws Exception;
  }

  private void withDisk(OnDisk body) throws Exception {
    var image = Files.write(volume.path().resolve("image"), new byte[1 << 20]);
    var disk = Command.run("losetup", "--show", "--find", image.toString()).strip();
    try {
      int number = (int) (long) Files.getAttribute(Path.of(disk), "unix:rdev");
      body.run(Path.of(disk), number);
      Command.run("blockdev", "--flushbufs", disk);
      assertThat(Path.of(disk)).hasBinaryContent(new byte[1 << 20]);
      assertThat(image).hasBinaryContent(new byte[1 << 20]);
    } finally {
      Command.run("losetup", "--detach", disk);
    }
  }

  @Test
  void aStreamWritesToNoDeviceThroughItsOwnNode() throws Exception {
    withDisk(
        (_, number) -> {
          backUp(
              FULL,
              null,
              stream -> node(stream, "disk", 257, BLOCK, number).write("disk", 0, FORGED));
          var report = restoreAll();

          assertThat(report.restored()).isEmpty();
          assertThat(report.failures())
              .singleElement()
              .satisfies(
                  failure ->
                      assertThat(failure.message())
                          .contains("data.ctim", "disk", "Permission denied"));
          assertThat(target).isDirectoryNotContaining(path -> !path.equals(treasure));
        });
  }

  /** Each stream alone is as {@code btrfs send} makes them. */
  @Test
  void aChildWritesToNoDeviceThroughTheNodeOfItsParent() throws Exception {
    withDisk(
        (_, number) -> {
          backUp(FULL, null, stream -> node(stream, "disk", 257, BLOCK, number));
          assertThat(restoreAll().failures()).isEmpty();
          for (var commands :
              List.<UnaryOperator<SendStreamWriter>>of(
                  stream -> stream.write("disk", 0, FORGED),
                  stream -> stream.rename("disk", "d").write("d", 4096, FORGED),
                  stream -> stream.link("d", "disk").write("d", 0, FORGED),
                  stream -> stream.mkfile("f", 258).clone("f", 0, 4096, FULL, "disk"))) {
            backUp(CHILD, FULL, commands);
            var report = restoreAll();

            assertThat(report.restored()).isEmpty();
            assertThat(report.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.message()).contains("Permission denied"));
          }
        });
  }

  /** The twin: overlayfs' whiteouts, and what the backup of a whole system holds. */
  @Test
  void nodesThemselvesAreRestored() throws Exception {
    withDisk(
        (disk, number) -> {
          backUp(
              FULL,
              null,
              stream ->
                  node(
                      node(node(stream, "whiteout", 257, CHARACTER, 0), "disk", 258, BLOCK, number),
                      "null",
                      259,
                      CHARACTER,
                      0x103));
          var report = restoreAll();
          assertThat(report.failures()).isEmpty();

          var restored = target.resolve(report.restored().getFirst().finalName());
          var numbers = new TreeMap<String, String>();
          for (var name : List.of("whiteout", "disk", "null")) {
            var path = restored.resolve(name).toString();
            numbers.put(name, Command.run("stat", "--format=%F %Hr:%Lr", path).strip());
          }
          assertThat(numbers)
              .containsEntry("whiteout", "character special file 0:0")
              .containsEntry("null", "character special file 1:3")
              .containsEntry(
                  "disk", Command.run("stat", "--format=%F %Hr:%Lr", disk.toString()).strip());
          // Only while it is received.
          assertThat(restored.resolve("disk")).hasBinaryContent(new byte[1 << 20]);
        });
  }

  @Test
  void theMountStaysAsItIs() throws Exception {
    var mounted = "remount,bind,noatime,nosuid";
    Command.run("mount", "-o", mounted, "none", volume.path().toString());
    var before = mountOf(volume.path());
    aStreamWritesToNoDeviceThroughItsOwnNode();
    assertThat(mountOf(volume.path())).isEqualTo(before).contains("noatime", "nosuid");
  }

  private static String mountOf(Path point) throws IOException {
    return Command.run(
        "findmnt", "--noheadings", "--output", "VFS-OPTIONS", "--mountpoint", point.toString());
  }

  /** Whoever may write to the target may rename what is in it, while hours of fetching go on. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTookThePlaceOfThePrivateDirectoryIsLeftAlone(boolean asLink) throws Exception {
    var btrfs = new KernelBtrfs();
    var decoyOfAll = volume.path().resolve("decoy");
    var decoy = Files.createDirectories(decoyOfAll.resolve("received"));
    var precious = Files.write(decoy.resolve("precious"), OURS);
    Command.run("btrfs", "subvolume", "create", decoy.resolve("subvolume").toString());
    var hidden = target.resolve(".btrfs2s3-restoring");
    backUp(FULL, null, stream -> link(stream, "..").mkfile("l/new", 258));
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var restore =
        new Restore(
            btrfs,
            store,
            reader,
            target,
            Checkpoints.ALWAYS,
            event -> {
              if (event instanceof RestoreEvent.Fetching) {
                swap(hidden, decoyOfAll, asLink);
              }
            });

    try {
      var report = restore.run(new RestoreOptions(new Selection.All(), null, false));
      assertThat(report.failures()).isNotEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(hidden.toString());
    }
    var there = (asLink ? decoyOfAll : hidden).resolve("received");
    assertThat(there.resolve(precious.getFileName())).hasBinaryContent(OURS);
    assertThat(btrfs.inspect(there.resolve("subvolume"))).isNotNull();
    assertThat(btrfs.list(target)).isEmpty();
  }

  private static void swap(Path hidden, Path decoy, boolean asLink) {
    try {
      Files.move(hidden, hidden.resolveSibling("away"));
      if (asLink) {
        Files.createSymbolicLink(hidden, decoy);
      } else {
        Files.move(decoy, hidden);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFailingStreamIsUndoneAsWell() throws Exception {
    backUp(FULL, null, stream -> link(stream, "..").mkfile("l/new", 258).unlink("missing"));
    assertRefused(restoreAll());
  }
}
