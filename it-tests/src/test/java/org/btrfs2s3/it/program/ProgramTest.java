package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void tellsExitCodeAndOutputs() {
    Result result = Program.bash("echo \"$1\"; echo err >&2; exit 7", "out").run();

    assertThat(result).isEqualTo(new Result(7, "out\n", "err\n"));
    assertThat(result.expect(7)).isSameAs(result);
    assertThatThrownBy(() -> result.expect(0))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("should be 0", "exit code 7", "out", "err");
  }

  @Test
  void scriptStopsAtFirstFailureOfAPipe() {
    assertThat(Program.bash("false | true; echo not reached").run().exitCode()).isEqualTo(1);
    assertThat(Program.bash("true | true; echo reached").output()).isEqualTo("reached\n");
  }

  @Test
  void inheritsOrDropsTheEnvironment() {
    Program env = Program.of("/usr/bin/env").withEnvironment("NAME", "value");

    assertThat(env.output().lines()).contains("NAME=value").anyMatch(v -> v.startsWith("PATH="));
    assertThat(env.withEmptyEnvironment().output()).isEmpty();
  }

  @Test
  void readsNothingFromStdin() {
    assertThat(Program.of("cat").output()).isEmpty();
  }

  @Test
  void signalEndsIt() {
    try (RunningProgram sleep = Program.of("sleep", 1000).start()) {
      assertThat(sleep.isRunning()).isTrue();
      sleep.kill("TERM");
      assertThat(sleep.await(Duration.ofMinutes(1)).exitCode()).isEqualTo(128 + 15);
    }
  }

  @Test
  void closingEndsItWithItsChildren() {
    RunningProgram parent = Program.bash("sleep 1000 & echo $!; wait").start();
    while (parent.stdout().isEmpty()) {
      Thread.onSpinWait();
    }
    long child = Long.parseLong(parent.stdout().strip());
    assertThat(ProcessHandle.of(child)).isPresent();

    parent.close();
    assertThat(ProcessHandle.of(parent.pid())).isEmpty();
    ProcessHandle.of(child).ifPresent(orphan -> orphan.onExit().join());
  }

  @Test
  void complainsAboutOneThatDoesNotEnd() {
    try (RunningProgram sleep = Program.of("sleep", 1000).start()) {
      assertThatThrownBy(() -> sleep.await(Duration.ofMillis(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("sleep 1000");
    }
  }
}
