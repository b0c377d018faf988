package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelBtrfsTest extends BtrfsContract {

  private static final EntryName SOURCE = EntryName.of("source");
  private static final EntryName SNAPSHOT = EntryName.of("snapshot");

  /** One for all tests, made by the first that runs. */
  private static @Nullable LoopVolume volume;

  private final KernelBtrfs btrfs = new KernelBtrfs();

  @AfterAll
  static void unmount() throws IOException {
    if (volume != null) {
      volume.close();
    }
  }

  @Override
  protected Btrfs btrfs() {
    return btrfs;
  }

  @Override
  protected Path newDirectory() throws IOException {
    LoopVolume.assume();
    if (volume == null) {
      volume = LoopVolume.create(1L << 30);
    }
    return Files.createTempDirectory(volume.path(), "test");
  }

  @Override
  protected void createSubvolume(Path directory, EntryName name) throws IOException {
    Command.run("btrfs", "subvolume", "create", directory + "/" + name);
  }

  @Override
  protected void compress(Path subvolume) throws IOException {
    Command.run("btrfs", "property", "set", subvolume.toString(), "compression", "zstd");
  }

  @Override
  protected void requireCompressedSend() {
    try {
      new CompressedSend().requireSupport();
    } catch (BtrfsException e) {
      abort(e.getMessage());
    }
  }

  @Override
  protected void createDirectory(Path directory, EntryName name) throws IOException {
    Files.createDirectory(directory.resolve(name.toString()));
  }

  @Override
  protected void write(Path subvolume, String file, byte[] content) throws IOException {
    Files.write(subvolume.resolve(file), content);
  }

  @Override
  protected byte[] read(Path subvolume, String file) throws IOException {
    return Files.readAllBytes(subvolume.resolve(file));
  }

  @Override
  protected void setReadOnly(Path directory, EntryName name, boolean readOnly) throws IOException {
    try (var parent = Directory.open(directory);
        var subvolume = parent.openChild(name.bytes())) {
      SubvolumeIoctl.setReadOnly(subvolume, readOnly);
    }
  }

  @Override
  protected void createForeignEntries(Path directory, Path target) throws IOException {
    String script =
        """
        cd "$0"
        : > foreign-file
        mkfifo foreign-fifo
        ln -s nowhere foreign-dangling
        ln -s "$1" foreign-link
        ln -s . foreign-loop
        mkdir "foreign-$(printf '\\377\\376')"
        : > "foreign-
        line"
        mkdir -m 0 foreign-closed
        python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("foreign-socket")' || true
        """;
    Command.run("sh", "-ec", script, directory.toString(), target.toString());
  }

  @Test
  void closingASendStreamLeavesNoProcess() throws IOException {
    createSubvolume(newDirectoryWithSnapshot(), EntryName.of("other"));
    Path directory = newDirectoryWithSnapshot();

    SendStream stream = btrfs.send(directory, SNAPSHOT, null, SendMode.DATA);
    assertThat(stream.read()).isEqualTo('b');
    assertThat(ProcessHandle.current().children()).isNotEmpty();
    stream.close();

    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void aSnapshotThatIsBeingSentIsNotDeleted() throws IOException {
    Path directory = newDirectoryWithSnapshot();
    UUID uuid = btrfs.inspect(directory, SNAPSHOT).uuid();

    try (SendStream stream = btrfs.send(directory, SNAPSHOT, null, SendMode.DATA)) {
      // The first byte is out: it is being sent, and 8 MiB do not fit the pipe.
      assertThat(stream.read()).isEqualTo('b');
      assertThatThrownBy(() -> btrfs.delete(directory, SNAPSHOT, uuid))
          .isInstanceOf(BtrfsException.class)
          .hasMessageContaining("EPERM")
          .hasMessageContaining("it is being sent");
    }
    btrfs.delete(directory, SNAPSHOT, uuid);
    assertThat(btrfs.exists(directory, SNAPSHOT)).isFalse();
  }

  @Test
  void aFailedSendTellsTheToolsOwnWords() throws IOException {
    Path directory = newDirectory();

    assertThatThrownBy(
            () -> {
              try (SendStream stream = btrfs.send(directory, SNAPSHOT, null, SendMode.DATA)) {
                stream.readAllBytes();
              }
            })
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("cannot send " + directory.resolve("snapshot") + ": exit code 1")
        .hasMessageContaining("unable to resolve");
  }

  @Test
  void aFailedReceiveTellsTheToolsOwnWordsAndNotOfABrokenPipe() throws IOException {
    Path directory = newDirectoryWithSnapshot();
    byte[] stream;
    try (SendStream sending = btrfs.send(directory, SNAPSHOT, null, SendMode.DATA)) {
      stream = sending.readAllBytes();
    }

    assertThatThrownBy(
            () -> {
              try (ReceiveSink sink = btrfs.receive(directory, new DeviceAccess.Shut())) {
                sink.write(stream);
                sink.finish();
              }
            })
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("File exists");
  }

  @Test
  void aNameThatIsNotTextIsNotSent() throws IOException {
    Path directory = newDirectoryWithSnapshot();
    EntryName noText = EntryName.ofBytes(new byte[] {'a', (byte) 0xff});
    btrfs.rename(directory, SNAPSHOT, noText);

    assertThatThrownBy(() -> btrfs.send(directory, noText, null, SendMode.DATA))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("its name is not UTF-8");
  }

  @Test
  void namesBeyondAsciiAreSentAndReceived() throws IOException, InterruptedException {
    assumeTrue(
        "UTF-8".equals(System.getProperty("native.encoding")),
        "the locale of this JVM is not UTF-8: set LC_ALL=C.UTF-8");
    Path directory = newDirectoryWithSnapshot();
    EntryName umlaut = EntryName.of("Größe");
    btrfs.rename(directory, SNAPSHOT, umlaut);
    Path target = Files.createDirectory(newDirectory().resolve("Länge"));

    try (SendStream stream = btrfs.send(directory, umlaut, null, SendMode.DATA);
        ReceiveSink sink = btrfs.receive(target, new DeviceAccess.Shut())) {
      stream.transferTo(sink);
      sink.finish();
    }

    assertThat(btrfs.inspect(target, umlaut).receivedUuid())
        .isEqualTo(btrfs.inspect(directory, umlaut).uuid());
  }

  @Test
  void whatLiesOnAnotherFileSystemIsNoSubvolume(@TempDir Path elsewhere) throws IOException {
    assertThat(btrfs.list(elsewhere)).isEmpty();
    assertThatThrownBy(() -> btrfs.inspect(elsewhere)).isInstanceOf(BtrfsException.class);
  }

  @Test
  void aRenameOutlivesAPowerCut(@TempDir Path elsewhere) throws IOException {
    // Invariant 7. The twin without fsync shows that the set-up would lose the name.
    EntryName synced = EntryName.of("synced");
    Path copy = elsewhere.resolve("copy");
    String directory;
    try (LoopVolume original = LoopVolume.create(LoopVolume.SMALL)) {
      directory = snapshots(original.path(), SNAPSHOT, EntryName.of("other"));
      btrfs.sync(original.path());
      btrfs.rename(original.path().resolve(directory), SNAPSHOT, synced);
      Path snapshots = original.path().resolve(directory);
      Directory.renameNoReplace(snapshots.resolve("other"), snapshots.resolve("unsynced"));
      Files.copy(original.image(), copy);
    }

    try (LoopVolume afterwards = LoopVolume.mountCopy(copy)) {
      Path snapshots = afterwards.path().resolve(directory);
      assertThat(btrfs.exists(snapshots, synced)).isTrue();
      assertThat(btrfs.exists(snapshots, SNAPSHOT)).isFalse();
      assertThat(btrfs.exists(snapshots, EntryName.of("other"))).isTrue();
    }
  }

  /** Nobody ever writes to them: {@code btrfs receive} would wait for ever. */
  @Test
  void aStreamThatClonesFromAFifoIsEnded() throws IOException, InterruptedException {
    Path directory = newDirectory();
    StreamIdentity full = new StreamIdentity(new UUID(1, 1), Ctransid.ofKernel(1), null);
    StreamIdentity child = new StreamIdentity(new UUID(2, 2), Ctransid.ofKernel(2), full.uuid());
    int mkfifo = 6;
    SendStreamWriter fifo =
        SendStreamWriter.v1()
            .begin("full", full)
            .command(mkfifo, new SendStreamWriter.Attributes().add(15, "fifo").add(3, 257));
    receive(directory, fifo.end().toByteArray());
    for (SendStreamWriter clone :
        List.of(
            SendStreamWriter.v1()
                .begin("own", new StreamIdentity(new UUID(3, 3), Ctransid.ofKernel(3), null))
                .command(mkfifo, new SendStreamWriter.Attributes().add(15, "fifo").add(3, 257))
                .symlink("link", 258, "fifo")
                .mkfile("file", 259)
                .clone("file", 0, 4096, new UUID(3, 3), "link"),
            SendStreamWriter.v1()
                .begin("parents", child)
                .mkfile("file", 258)
                .clone("file", 0, 4096, full.uuid(), "fifo"))) {
      assertThatThrownBy(() -> receive(directory, clone.end().toByteArray()))
          .isInstanceOf(BtrfsException.class)
          .hasMessageContaining("SIGKILL")
          .hasMessageContaining("clone from a FIFO");
    }
    // What is written to one fails at once.
    SendStreamWriter write =
        SendStreamWriter.v1()
            .begin("write", new StreamIdentity(new UUID(4, 4), Ctransid.ofKernel(4), null))
            .command(mkfifo, new SendStreamWriter.Attributes().add(15, "fifo").add(3, 257))
            .write("fifo", 0, new byte[9]);
    assertThatThrownBy(() -> receive(directory, write.end().toByteArray()))
        .hasMessageContaining("Illegal seek");
  }

  /** A disk that does not answer for longer than a FIFO is waited for. */
  @Test
  void aReceiveThatWaitsForItsFileSystemIsNotEnded() throws IOException, InterruptedException {
    Path directory = newDirectoryWithSnapshot();
    byte[] stream;
    try (SendStream sending = btrfs.send(directory, SNAPSHOT, null, SendMode.DATA)) {
      stream = sending.readAllBytes();
    }
    try (LoopVolume frozen = LoopVolume.create(LoopVolume.SMALL)) {
      Command.run("fsfreeze", "--freeze", frozen.path().toString());
      Thread thaw =
          Thread.ofVirtual()
              .start(
                  () -> {
                    LockSupport.parkNanos(Duration.ofSeconds(6).toNanos());
                    thaw(frozen);
                  });
      try {
        receive(frozen.path(), stream);
      } finally {
        thaw.join();
      }

      assertThat(btrfs.inspect(frozen.path(), SNAPSHOT).receivedUuid())
          .isEqualTo(btrfs.inspect(directory, SNAPSHOT).uuid());
    }
  }

  private static void thaw(LoopVolume volume) {
    try {
      Command.run("fsfreeze", "--unfreeze", volume.path().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void receive(Path directory, byte[] stream)
      throws IOException, InterruptedException {
    List<String> command = List.of("btrfs", "receive", "-C", directory.toString());
    try (ReceiveSink sink =
        new ReceiveProcess(BtrfsProcess.consuming("receive", command), Duration.ofSeconds(2))) {
      sink.write(stream);
      sink.finish();
    }
  }

  private String snapshots(Path root, EntryName... names) throws IOException {
    createSubvolume(root, SOURCE);
    Path snapshots = Files.createDirectory(root.resolve("snapshots"));
    for (EntryName name : names) {
      btrfs.createSnapshot(root.resolve("source"), snapshots, name);
    }
    return "snapshots";
  }

  private Path newDirectoryWithSnapshot() throws IOException {
    Path directory = newDirectory();
    createSubvolume(directory, SOURCE);
    write(directory.resolve("source"), "file", new byte[8 << 20]);
    btrfs.createSnapshot(directory.resolve("source"), directory, SNAPSHOT);
    return directory;
  }
}
