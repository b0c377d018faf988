package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.core.testing.Command;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ends that a child process can come to, played by shell scripts. */
@Timeout(60)
final class BtrfsProcessTest {

  @AfterEach
  void noProcessIsLeft() {
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void theStreamEndsOnlyAfterExitCodeZero() throws IOException {
    // Invariant 1.
    try (SendStream stream = sending("echo At subvol /x >&2; printf abc; exec >&-; sleep 0.2")) {
      assertThat(text(stream)).isEqualTo("abc");
      assertThat(stream.read()).isEqualTo(-1);
    }
    try (SendStream stream = sending("printf abc; exec >&-; sleep 0.2; exit 3")) {
      assertThat(stream.readNBytes(3)).hasSize(3);
      assertThatThrownBy(stream::read).hasMessage("cannot send x: exit code 3");
      assertThatThrownBy(stream::read).isInstanceOf(BtrfsException.class);
    }
  }

  @Test
  void aFailureIsToldInTheProcessOwnWordsWithoutItsProgress() throws IOException {
    try (SendStream stream =
        sending("echo At subvol /x >&2; echo 'ERROR: first' >&2; echo 'then' >&2; exit 1")) {
      assertThatThrownBy(stream::readAllBytes)
          .isInstanceOf(BtrfsException.class)
          .hasMessage("cannot send x: exit code 1: ERROR: first; then");
    }
  }

  @Test
  void anEndBySignalIsToldAsSuch() throws IOException {
    try (SendStream stream = sending("printf abc; kill -9 $$")) {
      assertThatThrownBy(stream::readAllBytes)
          .isInstanceOf(BtrfsException.class)
          .hasMessage("cannot send x: ended by signal SIGKILL");
    }
  }

  @Test
  void aFloodOfErrorsBlocksNothingAndKeepsItsEnd() throws IOException {
    try (SendStream stream =
        sending("yes noise | head -c 1200000 >&2; printf abc; echo the end >&2; exit 1")) {
      assertThatThrownBy(stream::readAllBytes)
          .isInstanceOf(BtrfsException.class)
          .hasMessageEndingWith("noise; the end")
          .message()
          .hasSizeLessThan(10_000);
    }
  }

  @Test
  void closingEndsAProcessThatIgnoresSigterm() throws IOException {
    SendStream stream = sending("trap '' TERM; echo started; exec sleep 600");
    assertThat(stream.readNBytes(8)).hasSize(8);

    stream.close();
  }

  @Test
  void closingIgnoresAnInterruptAndKeepsIt() throws IOException {
    SendStream stream = sending("echo started; exec sleep 600");
    assertThat(stream.readNBytes(8)).hasSize(8);

    Thread.currentThread().interrupt();
    stream.close();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void closingFromAnotherThreadEndsARead() throws IOException, InterruptedException {
    SendStream stream = sending("echo started; exec sleep 600");
    assertThat(stream.readNBytes(8)).hasSize(8);
    var failure = new CompletableFuture<@Nullable Throwable>();
    var reader = new Thread(() -> failure.complete(catchThrowable(stream::read)));
    reader.start();

    stream.close();

    reader.join();
    assertThat(failure.join()).isInstanceOf(IOException.class);
  }

  @Test
  void aWriterHearsWhyTheReaderEnded() throws IOException {
    try (ReceiveSink sink =
        receiving("head -c 5 >/dev/null; echo 'ERROR: disk full' >&2; exit 1")) {
      byte[] much = new byte[2 << 20];
      assertThatThrownBy(() -> sink.write(much))
          .isInstanceOf(BtrfsException.class)
          .hasMessage("cannot receive x: exit code 1: ERROR: disk full");
    }
  }

  @Test
  void aReaderThatEndsEarlyWithoutAnErrorHasFailed() throws IOException {
    try (ReceiveSink sink = receiving("head -c 5 >/dev/null")) {
      byte[] much = new byte[2 << 20];
      assertThatThrownBy(() -> sink.write(much)).isInstanceOf(BtrfsException.class);
      assertThatThrownBy(sink::finish).isInstanceOf(BtrfsException.class);
    }
  }

  @Test
  void finishPassesEverythingOnAndWaits() throws IOException, InterruptedException {
    try (ReceiveSink sink = receiving("test \"$(cat)\" = 'all of it, to the end'")) {
      sink.write("all of it, ".getBytes(StandardCharsets.UTF_8));
      sink.write("to the end".getBytes(StandardCharsets.UTF_8));
      sink.finish();
    }
  }

  @Test
  void closingBeforeFinishKeepsTheLastTenBytesBack(@TempDir Path directory) throws IOException {
    // Invariant 7. The reader ignores the signal, and takes whatever it can get until it is killed.
    Path got = Files.createFile(directory.resolve("got"));
    ReceiveSink sink = receiving("trap '' TERM; cat > '" + got + "'");
    sink.write(new byte[100_000]);
    while (Files.size(got) < 90_000) {
      Thread.onSpinWait();
    }
    sink.flush();
    sink.close();

    assertThat(Files.size(got)).isLessThanOrEqualTo(99_990);
    assertThatThrownBy(sink::finish).hasMessageContaining("SIGKILL");
  }

  @Test
  void aMissingToolIsNamedWithItsPackage() {
    assertThatThrownBy(
            () -> BtrfsProcess.producing("send x", List.of("btrfs2s3-test-no-such-tool")))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("btrfs2s3-test-no-such-tool")
        .hasMessageContaining("btrfs-progs");
  }

  /** Such as one that a shell is to become. */
  @Test
  void aMissingToolIsNamedBeforeSomethingElseStartsIt() throws IOException {
    assertThatThrownBy(
            () -> BtrfsProcess.requireTool("receive into x", "btrfs2s3-test-no-such-tool"))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("cannot receive into x: there is no program btrfs2s3-test-no-such")
        .hasMessageContaining("btrfs-progs");
    BtrfsProcess.requireTool("receive into x", "sh");
  }

  @Test
  void aReaderThatWaitsForAFifoForEverIsEnded(@TempDir Path directory) throws Exception {
    Command.run("mkfifo", directory.resolve("fifo").toString());
    try (ReceiveSink sink = receiving("exec cat '" + directory.resolve("fifo") + "'", 2)) {
      assertThatThrownBy(() -> sink.write(new byte[2 << 20]))
          .isInstanceOf(BtrfsException.class)
          .hasMessageContaining("cannot receive x: ended by signal SIGKILL")
          .hasMessageContaining("FIFO");
    }
    try (ReceiveSink sink = receiving("exec cat '" + directory.resolve("fifo") + "'", 2)) {
      sink.write(new byte[100]);
      assertThatThrownBy(sink::finish).hasMessageContaining("FIFO");
    }
  }

  @Test
  void aReaderThatHasNothingToReadOrIsAtWorkIsNotEnded(@TempDir Path directory) throws Exception {
    try (ReceiveSink sink = receiving("exec cat", 1)) {
      sink.write(new byte[100]);
      sink.flush();
      Thread.sleep(3000);
      sink.write(new byte[100]);
      sink.finish();
    }
    // Wakes again and again, and has no child.
    Command.run("mkfifo", directory.resolve("fifo").toString());
    String busy =
        "exec bash -c \"exec 9<>'%s'; for i in 1 2 3 4 5 6 7 8; do read -t 0.4 -u 9; done; exec cat\""
            .formatted(directory.resolve("fifo"));
    try (ReceiveSink sink = receiving(busy, 1)) {
      sink.write(new byte[2 << 20]);
      sink.finish();
    }
  }

  /** Such as the shell that keeps devices out of reach, while {@code mount} waits for a disk. */
  @Test
  void aReaderThatWaitsForItsChildIsNotEnded() throws Exception {
    try (ReceiveSink sink = receiving("sleep 5; exec cat", 2)) {
      sink.write(new byte[2 << 20]);
      sink.finish();
    }
  }

  @Test
  void aReaderThatIsStoppedForAWhileIsNotEnded() throws Exception {
    try (ReceiveSink sink = receiving("kill -STOP $$; exec cat", 2)) {
      var stopped = ProcessHandle.current().children().findFirst().orElseThrow();
      var goOn =
          Thread.ofVirtual()
              .start(
                  () -> {
                    LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
                    signal("CONT", stopped.pid());
                  });
      sink.write(new byte[2 << 20]);
      sink.finish();
      goOn.join();
    }
  }

  private static void signal(String name, long pid) {
    try {
      // The shell's own: not every machine has a program of that name.
      Command.run("sh", "-c", "kill -%s %d".formatted(name, pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theProcessSeesNothingOfTheEnvironmentButThePath() throws IOException {
    try (SendStream stream = sending("env | cut -d= -f1 | grep -vx -e PWD -e _ -e SHLVL | sort")) {
      assertThat(text(stream).lines()).containsExactly("LC_ALL", "PATH");
    }
  }

  @Test
  void aSenderMayBeAlmostAMebibyteAheadOfItsReader(@TempDir Path directory) throws IOException {
    Path written = directory.resolve("written");
    try (SendStream stream = sending("head -c 1000000 /dev/zero; : >'" + written + "'")) {
      while (Files.notExists(written)) {
        Thread.onSpinWait();
      }
      assertThat(stream.readAllBytes()).hasSize(1_000_000);
    }
  }

  @Test
  void aWriterMayBeAlmostAMebibyteAheadOfAReceiver() throws IOException {
    try (ReceiveSink sink = receiving("exec sleep 600")) {
      sink.write(new byte[1_000_000]);
      sink.flush();
    }
  }

  private static SendStream sending(String script) throws BtrfsException {
    return new SendProcess(BtrfsProcess.producing("send x", List.of("sh", "-c", script)));
  }

  private static ReceiveSink receiving(String script) throws BtrfsException {
    return new ReceiveProcess(BtrfsProcess.consuming("receive x", List.of("sh", "-c", script)));
  }

  private static ReceiveSink receiving(String script, int patience) throws BtrfsException {
    return new ReceiveProcess(
        BtrfsProcess.consuming("receive x", List.of("sh", "-c", script)),
        Duration.ofSeconds(patience));
  }

  private static String text(SendStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
