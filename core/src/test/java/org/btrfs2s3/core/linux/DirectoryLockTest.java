package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DirectoryLockTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void oneHolderAtATime() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

    DirectoryLock lock = DirectoryLock.tryLock(directory).orElseThrow();
    assertThat(lock.id()).isEqualTo(DirectoryLock.idOf(link));
    assertThat(DirectoryLock.tryLock(directory)).isEmpty();
    assertThat(DirectoryLock.tryLock(link)).isEmpty();
    lock.close();
    lock.close();

    assertThat(take(link)).isTrue();
  }

  @Test
  void otherDirectoriesAreNotLocked() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));

    try (DirectoryLock lock = DirectoryLock.tryLock(directory).orElseThrow()) {
      assertThat(take(other)).isTrue();
      assertThat(lock.id()).isNotEqualTo(DirectoryLock.idOf(other));
    }
  }

  @Test
  void excludesOtherProcesses() throws IOException, InterruptedException {
    try (DirectoryLock lock = DirectoryLock.tryLock(directory).orElseThrow()) {
      assertThat(anotherProcessCanLock()).as("while %s is locked", lock.id()).isFalse();
    }
    assertThat(anotherProcessCanLock()).isTrue();
  }

  @Test
  void anotherProcessHoldsItUntilItIsKilled() throws IOException, InterruptedException {
    // Invariant 4: a run that is killed leaves no lock.
    Process holder =
        new ProcessBuilder("flock", directory.toString(), "sh", "-c", "echo locked; exec cat")
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      assertThat(take(directory)).isFalse();
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly();
      holder.waitFor();
    }
    // The last descriptor goes with the last of the two processes, which we do not wait for.
    while (!take(directory)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void childProcessesDoNotInheritIt() throws IOException, InterruptedException {
    DirectoryLock lock = DirectoryLock.tryLock(directory).orElseThrow();
    Process child = new ProcessBuilder("cat").start();
    try {
      lock.close();
      assertThat(take(directory)).isTrue();
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  private boolean anotherProcessCanLock() throws IOException, InterruptedException {
    return new ProcessBuilder("flock", "--nonblock", directory.toString(), "true").start().waitFor()
        == 0;
  }

  private static boolean take(Path path) throws IOException {
    Optional<DirectoryLock> lock = DirectoryLock.tryLock(path);
    lock.ifPresent(DirectoryLock::close);
    return lock.isPresent();
  }
}
