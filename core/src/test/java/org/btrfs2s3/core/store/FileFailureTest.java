package org.btrfs2s3.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileFailureTest {

  private static final Path DIRECTORY = Path.of("/");

  @ParameterizedTest
  @CsvSource({
    "2, NOT_FOUND",
    "5, TRANSIENT",
    "13, DENIED",
    "17, CONFLICT",
    "28, REFUSED",
    "30, DENIED",
    "116, TRANSIENT",
    "122, REFUSED",
    "9999, TRANSIENT"
  })
  void sortsByErrno(int errno, Kind kind) {
    assertSorted(new SystemCallException("rename a to b", new Errno(errno)), kind);
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, REFUSED",
    "Disk quota exceeded, REFUSED",
    "Read-only file system, DENIED",
    "Input/output error, TRANSIENT",
    "Stale file handle, TRANSIENT"
  })
  void sortsByTheTextOfTheJdk(String text, Kind kind) {
    assertSorted(new IOException(text), kind);
    assertSorted(new FileSystemException("/a", null, text), kind);
  }

  @Test
  void sortsByTypeAndSaysWhatThePathMeans() {
    assertThat(FileFailure.sorted("open x", DIRECTORY, new AccessDeniedException("/x")))
        .hasMessage("cannot open x in /: no permission for /x");
    assertSorted(new AccessDeniedException("/x"), Kind.DENIED);
    assertSorted(new NoSuchFileException("/x"), Kind.NOT_FOUND);
  }

  @Test
  void keepsWhatIsSortedAlready() {
    var sorted = new RemoteException(Kind.INTEGRITY, "short");
    assertThat(FileFailure.sorted("open x", DIRECTORY, sorted)).isSameAs(sorted);
  }

  private static void assertSorted(IOException cause, Kind kind) {
    var sorted = FileFailure.sorted("try", DIRECTORY, cause);
    assertThat(sorted.kind()).isEqualTo(kind);
    assertThat(sorted).hasCause(cause);
  }
}
