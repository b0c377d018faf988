package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandStageTest {

  @TempDir Path temporary;

  @AfterEach
  void allThreadsAndChildrenHaveEnded() {
    Flow.assertAllThreadsHaveEnded();
    assertThat(ProcessHandle.current().children().map(child -> child.info().command())).isEmpty();
  }

  @Test
  void filtersThroughCommandsInOrder() throws Exception {
    byte[] input = Flow.text(5_000_000);

    var there = new FilterEncoding(List.of(List.of("gzip", "-1"), List.of("cat"))).stages();
    var back = Decoding.filters(List.of(List.of("cat"), List.of("gunzip")));

    assertThat(Flow.through(Flow.through(input, there), back)).isEqualTo(input);
  }

  @Test
  void failsWithTheCommandsExitCodeAndLastWords() {
    assertFails(
        new byte[1_000_000],
        "cat >/dev/null; echo some output; echo 'no space' >&2; exit 3",
        "failed with exit code 3: no space");
  }

  @Test
  void keepsOnlyTheLastWordsOfALongComplaint() {
    String script = "cat; yes complaint | head -c 100000 >&2; echo the end >&2; exit 1";

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(new byte[10], shell(script)))
        .satisfies(e -> assertThat(e.getMessage()).endsWith("the end").hasSizeLessThan(4200));
  }

  @Test
  void failsIfTheCommandIsKilled() {
    assertFails(new byte[10], "kill -9 $$", "killed by signal 9");
  }

  // A peer stored nothing, or less, and was content.
  @Test
  void emptyOutputIsAnError() {
    assertFails(new byte[10], "cat >/dev/null", "wrote no output");
    assertFails(new byte[0], "true", "wrote no output");
  }

  @Test
  void commandThatStopsReadingIsAnError() {
    assertFails(new byte[5_000_000], "head -c 10", "stopped reading before the end of its input");
  }

  @Test
  void failureBeforeTheInputEndsIsReportedWithoutWaitingForIt() {
    var source = new SlowSource();

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () -> Pipeline.run(source, List.of(shell("exit 2")), (bytes, offset, length) -> {}))
        .withMessageContaining("exit code 2");
  }

  @Test
  void missingCommandIsNamed() {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () ->
                Flow.through(
                    new byte[10],
                    CommandStage.chain("pipe_through", List.of(List.of("no-such-command", "x")))))
        .withMessageStartingWith("pipe_through[0] no-such-command: cannot start")
        .satisfies(e -> assertThat(e.stage()).isEqualTo("pipe_through[0] no-such-command"));
  }

  @Test
  void argumentsAreNotShown() {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(new byte[1], shell("exit 1 # secret")))
        .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
    assertThat(new FilterEncoding(List.of(List.of("x", "secret"))).toString())
        .doesNotContain("secret");
  }

  // Invariant 1: the command must not see an end, and act on it, when the source failed.
  @Test
  void failureUpstreamKillsTheCommand() {
    Path marker = temporary.resolve("saw-the-end");
    var source =
        new ByteArrayInputStream(new byte[3_000_000]) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            if (available() == 0) {
              throw new IllegalStateException("send failed");
            }
            return super.read(bytes, offset, length);
          }
        };

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () ->
                Pipeline.run(
                    source,
                    List.of(shell("cat && touch " + marker + " && sleep 1000")),
                    (bytes, offset, length) -> {}))
        .withMessage("source: send failed");
    assertThat(Files.exists(marker)).isFalse();
  }

  @Test
  void failureDownstreamKillsTheCommandAndItsChildren() {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () ->
                Pipeline.run(
                    new SlowSource(),
                    List.of(shell("yes; sleep 1000")),
                    (bytes, offset, length) -> {
                      throw new IOException("bucket");
                    }))
        .withMessage("target: bucket");
  }

  @Test
  void outputOfACommandsChildrenBelongsToIt() throws Exception {
    byte[] input = Flow.text(100_000);

    assertThat(Flow.through(input, shell("cat | cat | cat"))).isEqualTo(input);
  }

  // The shell is gone while its child still holds the pipes: that must not hang.
  @Test
  void orphanThatKeepsThePipesOpenDoesNotHoldUpAFailure() throws Exception {
    Path pid = temporary.resolve("pid");

    assertFails(
        new byte[10], "sleep 1000 & echo $! > " + pid + "; exit 4", "failed with exit code 4");

    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("pipeline ")) {
        thread.join();
      }
    }
  }

  @Test
  void interruptKillsACommandThatHangs() throws Exception {
    var outcome = new AtomicReference<@Nullable Throwable>();
    Path started = temporary.resolve("started");
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Flow.through(new byte[10], shell("sleep 1000 & touch " + started + "; wait"));
                  } catch (PipelineException | InterruptedException e) {
                    outcome.set(e);
                  }
                });
    while (!Files.exists(started)) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    caller.join();

    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  private static Stage shell(String script) {
    return CommandStage.chain("pipe_through", List.of(List.of("sh", "-c", script))).getFirst();
  }

  private static void assertFails(byte[] input, String script, String reason) {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> Flow.through(input, shell(script)))
        .withMessageContaining("pipe_through[0] sh: " + reason);
  }
}
