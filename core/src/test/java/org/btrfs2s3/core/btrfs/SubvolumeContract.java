package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Btrfs} does with subvolumes and snapshots. */
public abstract class SubvolumeContract {

  static final EntryName SOURCE = EntryName.of("source");
  static final EntryName FIRST = EntryName.of("first");
  static final EntryName SECOND = EntryName.of("second");

  /** Lies in a file system, with a source subvolume in it, and snapshots. */
  Path directory = Path.of("");

  Path source = Path.of("");

  protected abstract Btrfs btrfs();

  /** A new, empty directory; all of one test lie in one file system. */
  protected abstract Path newDirectory() throws IOException;

  protected abstract void createSubvolume(Path directory, EntryName name) throws IOException;

  protected abstract void createDirectory(Path directory, EntryName name) throws IOException;

  /** Creates or overwrites a file directly in a subvolume, without syncing it. */
  protected abstract void write(Path subvolume, String file, byte[] content) throws IOException;

  protected abstract byte[] read(Path subvolume, String file) throws IOException;

  /** Changes the read-only flag as the ioctl does, which leaves received_uuid alone. */
  protected abstract void setReadOnly(Path directory, EntryName name, boolean readOnly)
      throws IOException;

  /**
   * Creates what is no subvolume, each with a name that begins with {@code foreign}: a file, a
   * FIFO, a dangling link, a link to {@code target}, a directory whose name is not UTF-8, a file
   * whose name has a line break, as far as there are such things.
   */
  protected abstract void createForeignEntries(Path directory, Path target) throws IOException;

  @BeforeEach
  void createSource() throws IOException {
    directory = newDirectory();
    createSubvolume(directory, SOURCE);
    source = directory.resolve("source");
    write(source, "file", bytes("one"));
  }

  @Test
  void inspectsAWritableSubvolume() throws IOException {
    SubvolumeInfo info = btrfs().inspect(source);

    assertThat(info.readOnly()).isFalse();
    assertThat(info.parentUuid()).isNull();
    assertThat(info.receivedUuid()).isNull();
    assertThat(info.id()).isGreaterThanOrEqualTo(256);
    assertThat(btrfs().inspect(directory, SOURCE)).isEqualTo(info);
  }

  @Test
  void aPlainDirectoryIsNotASubvolume() throws IOException {
    createDirectory(directory, FIRST);

    assertThatThrownBy(() -> btrfs().inspect(directory, FIRST))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining(directory.resolve("first") + ": not the root of a subvolume");
    assertThatThrownBy(() -> btrfs().inspect(directory.resolve("first")))
        .isInstanceOf(BtrfsException.class);
    assertThatThrownBy(() -> btrfs().createSnapshot(directory.resolve("first"), directory, SECOND))
        .isInstanceOf(BtrfsException.class);
    assertThatThrownBy(() -> btrfs().delete(directory, FIRST, UUID.randomUUID()))
        .isInstanceOf(BtrfsException.class);
    assertThat(btrfs().exists(directory, FIRST)).isTrue();
  }

  @Test
  void whatIsMissingIsENOENT() throws IOException {
    Path missing = directory.resolve("missing");

    assertErrno("ENOENT", () -> btrfs().inspect(missing));
    assertErrno("ENOENT", () -> btrfs().inspect(directory, FIRST));
    assertErrno("ENOENT", () -> btrfs().list(missing));
    assertErrno("ENOENT", () -> btrfs().exists(missing, FIRST));
    assertErrno("ENOENT", () -> btrfs().countNested(missing));
    assertErrno("ENOENT", () -> btrfs().sync(missing));
    assertErrno("ENOENT", () -> btrfs().watchWrites(missing));
    assertErrno("ENOENT", () -> btrfs().createSnapshot(missing, directory, FIRST));
    assertErrno("ENOENT", () -> btrfs().createSnapshot(source, missing, FIRST));
    assertErrno("ENOENT", () -> btrfs().createWritableSnapshot(missing, directory, FIRST));
    assertErrno("ENOENT", () -> btrfs().freeBytes(missing));
    assertErrno("ENOENT", () -> btrfs().rename(directory, FIRST, SECOND));
    assertErrno("ENOENT", () -> btrfs().delete(directory, FIRST, UUID.randomUUID()));
    assertErrno("ENOENT", () -> btrfs().listFileSystem(missing));
    assertErrno(
        "ENOENT",
        () -> btrfs().setReceived(directory, FIRST, UUID.randomUUID(), Ctransid.ofKernel(1), 0));
  }

  @Test
  void aSnapshotIsReadOnlyAndInheritsTheTimeOfTheLastChange() throws IOException {
    btrfs().sync(directory);
    SubvolumeInfo original = btrfs().inspect(source);

    btrfs().createSnapshot(source, directory, FIRST);

    SubvolumeInfo snapshot = btrfs().inspect(directory, FIRST);
    assertThat(snapshot.readOnly()).isTrue();
    assertThat(snapshot.parentUuid()).isEqualTo(original.uuid());
    assertThat(snapshot.uuid()).isNotEqualTo(original.uuid());
    assertThat(snapshot.receivedUuid()).isNull();
    assertThat(snapshot.ctransid()).isEqualTo(original.ctransid());
    assertThat(snapshot.ctime()).isEqualTo(original.ctime());
    assertThat(snapshot.changedAfterCreation()).isFalse();
    assertThat(read(directory.resolve("first"), "file")).isEqualTo(bytes("one"));
  }

  @Test
  void knowsHowMuchSpaceIsFree() throws IOException {
    assertThat(btrfs().freeBytes(directory)).isPositive();
  }

  @Test
  void aSnapshotReplacesNothing() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    UUID uuid = btrfs().inspect(directory, FIRST).uuid();

    assertErrno("EEXIST", () -> btrfs().createSnapshot(source, directory, FIRST));

    assertThat(btrfs().inspect(directory, FIRST).uuid()).isEqualTo(uuid);
  }

  @Test
  void listsSubvolumesInOrderOfTheirNamesBytesAndNothingElse() throws IOException {
    // Invariant 10: whatever else lies there is no error, and is left alone.
    Path snapshots = newDirectory();
    EntryName noText = EntryName.ofBytes(new byte[] {'a', (byte) 0xff});
    EntryName umlaut = EntryName.of("aä");
    EntryName lineBreak = EntryName.of("a\nb");
    for (EntryName name : List.of(umlaut, noText, lineBreak, FIRST)) {
      btrfs().createSnapshot(source, snapshots, name);
    }
    createForeignEntries(snapshots, source);

    List<SubvolumeEntry> listed = btrfs().list(snapshots);

    assertThat(listed)
        .extracting(SubvolumeEntry::name)
        .containsExactly(lineBreak, umlaut, noText, FIRST);
    for (SubvolumeEntry entry : listed) {
      assertThat(entry.info()).isEqualTo(btrfs().inspect(snapshots, entry.name()));
    }
  }

  @Test
  void anEntryExistsWhateverItsType() throws IOException {
    createDirectory(directory, FIRST);

    assertThat(btrfs().exists(directory, SOURCE)).isTrue();
    assertThat(btrfs().exists(directory, FIRST)).isTrue();
    assertThat(btrfs().exists(directory, SECOND)).isFalse();
  }

  @Test
  void countsNestedSubvolumesAtAnyDepth() throws IOException {
    assertThat(btrfs().countNested(source)).isZero();

    createSubvolume(source, FIRST);
    createSubvolume(source.resolve("first"), SECOND);
    createSubvolume(source, SECOND);

    assertThat(btrfs().countNested(source)).isEqualTo(3);
    assertThat(btrfs().countNested(source.resolve("first"))).isEqualTo(1);
  }

  @Test
  void aBufferedOverwriteShowsAfterSync() throws IOException {
    write(source, "file", bytes("one"));
    btrfs().sync(source);
    Ctransid before = btrfs().inspect(source).ctransid();

    write(source, "file", bytes("two"));
    btrfs().sync(source);

    assertThat(btrfs().inspect(source).ctransid()).isGreaterThan(before);
  }

  @Test
  void aWatchSyncsAsOftenAsItIsAsked() throws IOException {
    try (WriteWatch writes = btrfs().watchWrites(directory)) {
      writes.sync();
      Ctransid before = btrfs().inspect(source).ctransid();
      for (String content : List.of("two", "three")) {
        write(source, "file", bytes(content));
        writes.sync();

        assertThat(btrfs().inspect(source).ctransid()).isGreaterThan(before);
        before = btrfs().inspect(source).ctransid();
      }
    }
  }

  @Test
  void renames() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    SubvolumeInfo before = btrfs().inspect(directory, FIRST);

    btrfs().rename(directory, FIRST, SECOND);

    assertThat(btrfs().inspect(directory, SECOND)).isEqualTo(before);
    assertThat(btrfs().exists(directory, FIRST)).isFalse();
  }

  @Test
  void renamingReplacesNothing() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    createDirectory(directory, SECOND);

    assertErrno("EEXIST", () -> btrfs().rename(directory, FIRST, SECOND));
    assertErrno("EEXIST", () -> btrfs().rename(directory, FIRST, SOURCE));

    assertThat(btrfs().exists(directory, FIRST)).isTrue();
    assertThat(btrfs().exists(directory, SECOND)).isTrue();
  }

  @Test
  void onlyAChangeOfContentIsAChangeAfterCreation() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    btrfs().rename(directory, FIRST, SECOND);
    setReadOnly(directory, SECOND, false);
    setReadOnly(directory, SECOND, true);
    btrfs().sync(directory);
    assertThat(btrfs().inspect(directory, SECOND).changedAfterCreation()).isFalse();

    setReadOnly(directory, SECOND, false);
    write(directory.resolve("second"), "file", bytes("edited"));
    setReadOnly(directory, SECOND, true);
    btrfs().sync(directory);

    assertThat(btrfs().inspect(directory, SECOND).changedAfterCreation()).isTrue();
  }

  @Test
  void deletesWhatItWasAskedFor() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    UUID uuid = btrfs().inspect(directory, FIRST).uuid();

    btrfs().delete(directory, FIRST, uuid);

    assertThat(btrfs().exists(directory, FIRST)).isFalse();
    assertThat(btrfs().listFileSystem(directory))
        .extracting(SubvolumeInfo::uuid)
        .doesNotContain(uuid);
  }

  @Test
  void deletesNothingThatHasAnotherUuid() throws IOException {
    btrfs().createSnapshot(source, directory, FIRST);
    btrfs().createSnapshot(source, directory, SECOND);
    UUID second = btrfs().inspect(directory, SECOND).uuid();

    assertThatThrownBy(() -> btrfs().delete(directory, FIRST, second))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining(second.toString());

    assertThat(btrfs().exists(directory, FIRST)).isTrue();
    assertThat(btrfs().exists(directory, SECOND)).isTrue();
  }

  SubvolumeInfo snapshot(EntryName name) throws IOException {
    btrfs().createSnapshot(source, directory, name);
    return btrfs().inspect(directory, name);
  }

  static void assertErrno(String errno, ThrowingCallable operation) {
    BtrfsException failure = catchThrowableOfType(BtrfsException.class, operation);
    assertThat(failure).isNotNull();
    assertThat(failure.errno()).isEqualTo(errno);
    assertThat(failure).hasMessageContaining(errno);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
