package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.btrfs2s3.core.linux.UnnamedFile;
import org.btrfs2s3.core.store.Mount;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Invariants 1 and 11, for files, with and without names meanwhile. */
final class StreamFileTest {

  @TempDir private Path directory = Path.of("");

  static Stream<Named<Function<Path, Optional<UnnamedFile>>>> kinds() {
    return Stream.of(
        Named.of("as it is", UnnamedFile::create),
        Named.of("without unnamed files", _ -> Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void appearsOnlyWhenItIsComplete(Function<Path, Optional<UnnamedFile>> kind) throws Exception {
    var path = directory.resolve("Größe");
    try (var file = StreamFile.create(path, kind)) {
      file.content().write(new byte[] {1, 2, 3});
      assertThat(path).doesNotExist();
      file.commit();
    }

    assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(directory).isDirectoryNotContaining(entry -> !entry.equals(path));
    assertThat(Files.getPosixFilePermissions(path)).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void holdsNothingOfWhatWasWrittenBeforeItWasBegunAnew(Function<Path, Optional<UnnamedFile>> kind)
      throws Exception {
    var path = directory.resolve("stream");
    try (var file = StreamFile.create(path, kind)) {
      file.content().write(new byte[1 << 20]);
      file.content().write(9);
      assertThat(file.restart()).isTrue();
      file.content().write(new byte[] {1, 2, 3});
      file.commit();
    }

    assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void leavesNothingIfItIsNot(Function<Path, Optional<UnnamedFile>> kind) throws Exception {
    try (var file = StreamFile.create(directory.resolve("stream"), kind)) {
      file.content().write(1);
    }

    assertThat(directory).isEmptyDirectory();
  }

  /** So that a kill leaves nothing. */
  @Test
  void hasNoNameMeanwhile() throws Exception {
    try (var probe = UnnamedFile.create(directory).orElse(null)) {
      Assumptions.assumeTrue(probe != null, "no unnamed files on the file system of " + directory);
    }
    try (var file = StreamFile.create(directory.resolve("stream"))) {
      file.content().write(new byte[1 << 20]);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void replacesNothing(Function<Path, Optional<UnnamedFile>> kind) throws Exception {
    var taken = Files.writeString(directory.resolve("taken"), "mine");
    assertThatThrownBy(() -> StreamFile.create(taken, kind)).hasMessageContaining("exists already");

    var later = directory.resolve("later");
    for (boolean dangling : new boolean[] {false, true}) {
      try (var file = StreamFile.create(later, kind)) {
        if (dangling) {
          Files.createSymbolicLink(later, directory.resolve("nothing"));
        } else {
          Files.writeString(later, "mine");
        }
        assertThatThrownBy(file::commit).isInstanceOf(FileAlreadyExistsException.class);
      }
      if (!dangling) {
        assertThat(later).hasContent("mine");
      }
      Files.delete(later);
    }
    assertThat(taken).hasContent("mine");
    assertThat(directory).isDirectoryNotContaining(entry -> !entry.equals(taken));
    assertThatThrownBy(() -> StreamFile.create(directory.resolve("no/where"), kind))
        .hasMessageContaining("there is no directory");
  }

  @Test
  void fileSystemsWithoutUnnamedFilesTakeStreamsToo() throws Exception {
    boolean vfat = Mount.canMountVfat();
    Assumptions.assumeTrue(
        vfat || Mount.canMountNtfs(), Mount.NEEDS_VFAT + ", or: it " + Mount.NEEDS_NTFS);
    try (var mount = vfat ? Mount.vfat(directory) : Mount.ntfs(directory)) {
      assertThat(UnnamedFile.create(mount.path())).isEmpty();
      var path = mount.path().resolve("stream");
      try (var file = StreamFile.create(path)) {
        file.content().write(new byte[] {1, 2, 3});
        assertThat(path).doesNotExist();
        file.commit();
      }
      assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
      assertThatThrownBy(() -> StreamFile.create(path)).hasMessageContaining("exists already");
      try (var file = StreamFile.create(mount.path().resolve("other"))) {
        file.content().write(1);
      }
      assertThat(mount.path()).isDirectoryNotContaining(entry -> !entry.equals(path));
    }
  }
}
