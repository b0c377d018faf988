package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What does not fit into a pipe blocks its writer for ever here. */
@Timeout(60)
final class ProcessPipeTest {

  private static final int SIZE = 1 << 20;

  @Test
  void holdsWhatAChildWritesAndEndsWithIt() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("head", "-c", Integer.toString(SIZE), "/dev/zero").start();

    ProcessPipe.resize(child.pid(), 1, SIZE);

    assertThat(child.waitFor()).isZero();
    assertThat(child.getInputStream().readAllBytes()).hasSize(SIZE);
  }

  @Test
  void holdsWhatAChildHasNotRead() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("sleep", "600").start();
    try {
      ProcessPipe.resize(child.pid(), 0, SIZE);

      child.getOutputStream().write(new byte[SIZE]);
      child.getOutputStream().flush();
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  @Test
  void breaksWithItsReader() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("head", "-c", "1").start();
    ProcessPipe.resize(child.pid(), 0, SIZE);
    child.getOutputStream().write(1);
    child.getOutputStream().flush();
    assertThat(child.waitFor()).isZero();

    assertThatThrownBy(() -> child.getOutputStream().write(new byte[SIZE]))
        .isInstanceOf(IOException.class);
  }

  @Test
  void isNotWhereThereIsAFile() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder("sleep", "600").redirectOutput(new File("/dev/null")).start();
    try {
      assertThatThrownBy(() -> ProcessPipe.resize(child.pid(), 1, SIZE))
          .asInstanceOf(InstanceOfAssertFactories.type(SystemCallException.class))
          .returns("EBADF", refused -> refused.errno().name());
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  @Test
  void isNotThereAfterItsChild() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("true").start();
    child.waitFor();

    assertThatThrownBy(() -> ProcessPipe.resize(child.pid(), 1, SIZE))
        .asInstanceOf(InstanceOfAssertFactories.type(SystemCallException.class))
        .returns(Errno.ENOENT, SystemCallException::errno);
  }
}
