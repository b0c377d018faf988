package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.btrfs2s3.core.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DirectoryTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void listsNamesThatAreNoText() throws IOException {
    Command.run(
        "sh",
        "-ec",
        "cd \"$0\"; : > \"$(printf 'bad\\377')\"; : > \"$(printf 'a\\nb')\"; : > ...",
        directory.toString());

    try (Directory open = Directory.open(directory)) {
      assertThat(open.entries().stream().map(DirectoryTest::latin1))
          .containsExactlyInAnyOrder("bad\u00ff", "a\nb", "...");
      assertThat(open.entries()).as("a second time").hasSize(3);
    }
  }

  @Test
  void listsMoreEntriesThanOneBufferHolds() throws IOException {
    int count = 3000;
    for (int i = 0; i < count; i++) {
      Files.createFile(directory.resolve("an entry with a rather long name, number " + i));
    }

    try (Directory open = Directory.open(directory)) {
      assertThat(open.entries().stream().map(DirectoryTest::latin1).distinct()).hasSize(count);
    }
  }

  @Test
  void opensOnlyDirectoriesAndNeverBlocks() throws IOException {
    Command.run(
        "sh",
        "-ec",
        "cd \"$0\"; mkfifo fifo; ln -s nowhere dangling; ln -s . link; : > file",
        directory.toString());

    try (Directory open = Directory.open(directory)) {
      for (String name : List.of("fifo", "dangling", "link", "file")) {
        assertErrno(Errno.ENOTDIR, () -> open.openChild(bytes(name)).close());
        assertThat(open.hasChild(bytes(name))).isTrue();
      }
      assertErrno(Errno.ENOENT, () -> open.openChild(bytes("missing")).close());
      assertThat(open.hasChild(bytes("missing"))).isFalse();
    }
  }

  @Test
  void oneFileHasOneId() throws IOException {
    Path child = Files.createDirectory(directory.resolve("child"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), child);

    try (Directory open = Directory.open(directory)) {
      FileId id = open.childId(bytes("child"));
      assertThat(id).isEqualTo(DirectoryLock.idOf(child)).isEqualTo(DirectoryLock.idOf(link));
      assertThat(id.inode()).isEqualTo(Files.getAttribute(child, "unix:ino"));
      assertThat(id).isNotEqualTo(open.id()).isNotEqualTo(open.childId(bytes("link")));
    }
  }

  @Test
  void renames() throws IOException {
    Path from = Files.writeString(directory.resolve("from"), "content");
    Path to = directory.resolve("to");

    Directory.renameNoReplace(from, to);
    Directory.sync(directory);

    assertThat(to).hasContent("content");
    assertThat(from).doesNotExist();
  }

  @Test
  void renamingReplacesNothing() throws IOException {
    // Invariant 11.
    Path from = Files.writeString(directory.resolve("from"), "new");
    Path to = Files.writeString(directory.resolve("to"), "old");

    assertErrno(Errno.EEXIST, () -> Directory.renameNoReplace(from, to));
    assertThatThrownBy(() -> Directory.renameNoReplace(from, to))
        .hasMessage("cannot rename " + from + " to " + to + ": EEXIST (File exists)");
    try (Directory open = Directory.open(directory)) {
      assertErrno(Errno.EEXIST, () -> open.renameNoReplace(bytes("from"), bytes("to")));
    }

    assertThat(from).hasContent("new");
    assertThat(to).hasContent("old");
  }

  @Test
  void failuresSayWhatWasAttempted() {
    Path missing = directory.resolve("missing");

    assertErrno(Errno.ENOENT, () -> Directory.open(missing).close());
    assertErrno(Errno.ENOENT, () -> Directory.sync(missing));
    assertThatThrownBy(() -> Directory.open(missing).close())
        .hasMessage("cannot open directory " + missing + ": ENOENT (No such file or directory)");
  }

  @Test
  void anUnknownErrorHasItsNumber() {
    assertThat(new Errno(133)).hasToString("errno 133");
    assertThat(new Errno(133).name()).isEqualTo("errno 133");
  }

  private static void assertErrno(Errno errno, ThrowingCallable operation) {
    SystemCallException failure = catchThrowableOfType(SystemCallException.class, operation);
    assertThat(failure).isNotNull();
    assertThat(failure.errno()).isEqualTo(errno);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static String latin1(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }
}
