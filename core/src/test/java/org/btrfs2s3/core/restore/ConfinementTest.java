package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream does beside its subvolume is seen and undone. (Invariants 7, 10.) */
final class ConfinementTest {

  @TempDir private Path directory = Path.of("");

  private Path received = Path.of("");
  private Path outside = Path.of("");

  @BeforeEach
  void create() throws IOException {
    received = Files.createDirectory(directory.resolve("received"));
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "mine");
  }

  @Test
  void whatLiesThereIsDeletedWithoutFollowingLinks() throws Exception {
    var confinement = Confinement.of(received);
    assertThatCode(confinement::requireKept).doesNotThrowAnyException();
    var deep = Files.createDirectories(received.resolve("a/b/c"));
    Files.createSymbolicLink(deep.resolve("link"), outside);
    Files.createSymbolicLink(received.resolve("link"), outside.resolve("file"));
    Files.createSymbolicLink(received.resolve("dangling"), outside.resolve("missing"));

    assertThatThrownBy(confinement::requireKept)
        .isInstanceOf(EscapeException.class)
        .hasMessageContaining("outside of its subvolume");
    assertThat(received).isEmptyDirectory();
    assertThat(outside.resolve("file")).hasContent("mine");
    assertThatCode(confinement::requireKept).doesNotThrowAnyException();
  }

  @Test
  void whatAKilledRunLeftIsDeleted() throws Exception {
    Files.createSymbolicLink(received.resolve("link"), outside);
    var confinement = Confinement.of(received);

    assertThat(received).isEmptyDirectory();
    assertThat(outside.resolve("file")).exists();
    assertThatCode(confinement::requireKept).doesNotThrowAnyException();
  }

  /** Who may write to the target may rename what is in it. */
  @Test
  void nothingIsDeletedOfWhatTookItsPlace() throws Exception {
    var confinement = Confinement.of(received);
    Files.move(received, directory.resolve("away"));
    Files.createSymbolicLink(received, outside);

    assertThatThrownBy(confinement::requireKept)
        .isNotInstanceOf(EscapeException.class)
        .hasMessageContaining("something else into the place");
    assertThat(outside.resolve("file")).hasContent("mine");
  }

  @Test
  void anOpenedDoorIsShutAgain() throws Exception {
    Files.setPosixFilePermissions(received, PosixFilePermissions.fromString("rwx------"));
    var confinement = Confinement.of(received);
    Files.setPosixFilePermissions(received, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(confinement::requireKept).isInstanceOf(EscapeException.class);
    assertThat(Files.getPosixFilePermissions(received))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }
}
