package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariants 1 and 11, for files. */
final class StreamFileTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void appearsOnlyWhenItIsComplete() throws Exception {
    var path = directory.resolve("stream");
    try (var file = StreamFile.create(path)) {
      file.content().write(new byte[] {1, 2, 3});
      assertThat(path).doesNotExist();
      file.commit();
    }

    assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(directory).isDirectoryNotContaining(entry -> !entry.equals(path));
    assertThat(Files.getPosixFilePermissions(path)).hasSize(2);
  }

  @Test
  void leavesNothingIfItIsNot() throws Exception {
    try (var file = StreamFile.create(directory.resolve("stream"))) {
      file.content().write(1);
    }

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void replacesNothing() throws Exception {
    var taken = Files.writeString(directory.resolve("taken"), "mine");
    assertThatThrownBy(() -> StreamFile.create(taken)).hasMessageContaining("exists already");

    var later = directory.resolve("later");
    try (var file = StreamFile.create(later)) {
      Files.writeString(later, "mine");
      assertThatThrownBy(file::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(later).hasContent("mine");
    assertThat(taken).hasContent("mine");
    assertThatThrownBy(() -> StreamFile.create(directory.resolve("no/where")))
        .hasMessageContaining("there is no directory");
  }
}
