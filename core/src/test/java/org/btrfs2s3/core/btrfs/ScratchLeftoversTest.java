package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.LoopVolume;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed of the dead, and that nothing of anybody else is (invariant 10). */
final class ScratchLeftoversTest {

  private static final long BYTES = ScratchVolume.SMALLEST;

  @TempDir private Path temporary = Path.of("");

  private Path parent = Path.of("");
  private final List<String> messages = new ArrayList<>();

  /** Of the tests' own, the last one first. */
  private final Deque<Path> mounted = new ArrayDeque<>();

  @BeforeEach
  void assumeBtrfs() throws IOException {
    LoopVolume.assume();
    // What the kernel writes otherwise where it tells paths.
    parent = Files.createDirectory(temporary.resolve("a b\\Größe"));
  }

  @AfterEach
  void unmount() throws IOException {
    for (var path : mounted) {
      Command.run("umount", path.toString());
    }
  }

  private void remove() throws Exception {
    messages.clear();
    new ScratchLeftovers(parent, messages::add).remove();
  }

  private void mount(Path onto, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    command.add(onto.toString());
    Command.run(command.toArray(String[]::new));
    mounted.push(onto);
  }

  private Path directory(String permissions) throws IOException {
    return Files.createDirectory(
        parent.resolve("btrfs2s3-scratch-1"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
  }

  /** As a run leaves it that was killed while it used its file system. */
  private Path leftover() throws IOException {
    var directory = directory("rwx------");
    Files.createDirectory(directory.resolve("mount"));
    mount(directory.resolve("mount"), "-o", "loop", image(directory.resolve("image")).toString());
    Files.writeString(directory.resolve("mount/content"), "restored");
    return directory;
  }

  private static Path image(Path file) throws IOException {
    Command.run("truncate", "-s", Long.toString(BYTES), file.toString());
    Command.run("mkfs.btrfs", "--quiet", file.toString());
    return file;
  }

  private void assertLeftAlone(String reason) {
    assertThat(messages).singleElement().asString().startsWith("left alone ").contains(reason);
  }

  private void assertRemoved() throws IOException {
    assertThat(messages).singleElement().asString().startsWith("removed " + parent);
    assertThat(parent).isEmptyDirectory();
    assertThat(Command.run("losetup", "--all")).doesNotContain(parent.toString());
  }

  @Test
  void removesWhatIsMounted() throws Exception {
    leftover();
    remove();
    mounted.pop();
    assertRemoved();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void removesWhatWasNotMountedYetOrNoMore(int entries) throws Exception {
    var directory = directory("rwx------");
    if ((entries & 1) != 0) {
      Files.writeString(directory.resolve("image"), "half made");
    }
    if ((entries & 2) != 0) {
      Files.createDirectory(directory.resolve("mount"));
    }
    remove();
    assertRemoved();
  }

  @Test
  void leavesTheLivingAlone() throws Exception {
    try (var volume = ScratchVolume.create(parent, BYTES)) {
      var file = Files.writeString(volume.path().resolve("content"), "restored");

      remove();

      assertThat(messages).isEmpty();
      assertThat(file).hasContent("restored");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void leavesAloneWhatIsStillUsed() throws Exception {
    var directory = leftover();
    try (var use = Files.newInputStream(directory.resolve("mount/content"))) {
      remove();

      assertLeftAlone("busy");
      assertThat(use.read()).isEqualTo('r');
    }
    assertThat(directory.resolve("mount/content")).hasContent("restored");
    remove();
    mounted.pop();
    assertRemoved();
  }

  @Test
  void leavesAloneWhatIsMountedElsewhereToo() throws Exception {
    var directory = leftover();
    var elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    mount(elsewhere, "--bind", directory.resolve("mount").toString());

    remove();

    assertLeftAlone("still in use by /dev/loop");
    assertThat(elsewhere.resolve("content")).hasContent("restored");
    assertThat(directory.resolve("image")).exists();
    mounted.remove(directory.resolve("mount"));
  }

  /** As a restore that runs meanwhile has, of all that is mounted when it begins. */
  @Test
  void removesWhatAnotherMountNamespaceHasACopyOf() throws Exception {
    leftover();
    var other = new ProcessBuilder("unshare", "--mount", "sh", "-c", "echo; exec sleep 60").start();
    try (var begun = other.inputReader()) {
      begun.readLine();

      remove();
      mounted.pop();

      assertRemoved();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void leavesAloneWhatIsMountedByOthers() throws Exception {
    var directory = directory("rwx------");
    var mount = Files.createDirectory(directory.resolve("mount"));
    var precious = Files.createDirectory(temporary.resolve("precious"));
    Files.writeString(precious.resolve("file"), "mine");
    mount(mount, "--bind", precious.toString());
    remove();
    assertLeftAlone("something else is mounted there");
    assertThat(mount.resolve("file")).hasContent("mine");
    Command.run("umount", mounted.pop().toString());

    // A btrfs on a loop device, but not on this file.
    Files.writeString(directory.resolve("image"), "another");
    mount(mount, "-o", "loop", image(temporary.resolve("other")).toString());
    Files.writeString(mount.resolve("file"), "mine");
    remove();
    assertLeftAlone("something else is mounted there");
    assertThat(mount.resolve("file")).hasContent("mine");
  }

  @Test
  void leavesAloneWhatHasAMountBelow() throws Exception {
    var directory = leftover();
    var below = Files.createDirectory(directory.resolve("mount/below"));
    mount(below, "-t", "tmpfs", "btrfs2s3-test");
    Files.writeString(below.resolve("file"), "mine");

    remove();

    assertLeftAlone("something else is mounted there");
    assertThat(below.resolve("file")).hasContent("mine");
  }

  @Test
  void leavesAloneWhatItDidNotMake() throws Exception {
    var directory = directory("rwx------");
    var file = Files.writeString(directory.resolve("notes"), "mine");
    remove();
    assertLeftAlone("it holds notes");
    assertThat(file).hasContent("mine");

    Files.delete(file);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    remove();
    assertLeftAlone("not a directory of this user alone");

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(directory, "unix:uid", 1);
    remove();
    assertLeftAlone("not a directory of this user alone");

    Files.delete(directory);
    var elsewhere = Files.createTempDirectory(temporary, "elsewhere");
    Files.writeString(elsewhere.resolve("image"), "mine");
    Files.createSymbolicLink(directory, elsewhere);
    remove();
    assertLeftAlone("not a directory of this user alone");
    assertThat(elsewhere.resolve("image")).hasContent("mine");
  }

  @Test
  void looksThroughLinksInThePath() throws Exception {
    leftover();
    var link = Files.createSymbolicLink(temporary.resolve("link"), parent);
    new ScratchLeftovers(link, messages::add).remove();
    mounted.pop();
    assertRemoved();
  }
}
