package org.btrfs2s3.it.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that is ended from outside amid an upload shows nothing. (Invariants 1, 4.) */
class InterruptionTest {
  private static final String REMOTE = "remote";
  private static final long SEED = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of the stream, more than two parts of a multipart upload; what is sent before all stops. */
  private static final int SENT_BYTES = 40 << 20;

  private static final int FILE_BYTES = SENT_BYTES + (20 << 20);

  static Stream<Arguments> signals() {
    return Stream.concat(
        Stream.of(RemoteKind.values()).map(kind -> Arguments.of(kind, "TERM", 143)),
        Stream.of(Arguments.of(RemoteKind.S3PROXY, "INT", 130)));
  }

  @ParameterizedTest
  @MethodSource("signals")
  void signalTakesTheUploadBack(RemoteKind kind, String signal, int exitCode) throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = kind.orSkip(lab.work())) {
      try (RunningProgram update = startUntilItHangs(lab, remote)) {
        List<ProcessHandle> children =
            ProcessHandle.of(update.pid()).orElseThrow().descendants().toList();
        update.kill(signal);
        Result result = update.await(PATIENCE).expect(exitCode);

        assertThat(result.stderr()).doesNotContain("\tat ");
        children.forEach(child -> child.onExit().join());
      }
      assertThat(remote.unfinished()).isEmpty();
      assertNothingIsVisibleAndNextRunCompletes(lab, remote);
    }
  }

  /** At a terminal {@code btrfs send} and the filter get the signal, too, and end by themselves. */
  @ParameterizedTest
  @EnumSource
  void controlCTakesTheUploadBack(RemoteKind kind) throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = kind.orSkip(lab.work())) {
      try (RunningProgram update = startUntilItHangs(lab, remote)) {
        update.killGroup("INT");
        update.await(PATIENCE).expect(130);
      }
      assertThat(remote.unfinished()).isEmpty();
      assertNothingIsVisibleAndNextRunCompletes(lab, remote);
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedRunShowsNothing(RemoteKind kind) throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = kind.orSkip(lab.work())) {
      try (RunningProgram update = startUntilItHangs(lab, remote)) {
        update.kill("KILL");
        update.await(PATIENCE).expect(137);
      }
      assertNothingIsVisibleAndNextRunCompletes(lab, remote);
    }
  }

  /** The filter passes a part of the stream on, and then nothing more. */
  private static RunningProgram startUntilItHangs(Lab lab, Remote remote) throws IOException {
    byte[] noise = new byte[FILE_BYTES];
    new Random(SEED).nextBytes(noise);
    Files.write(lab.source().resolve("noise"), noise);
    Path hanging = lab.work().resolve("hanging");
    String filter =
        "head -c %d; touch '%s'; exec tail --pid=$PPID -f /dev/null".formatted(SENT_BYTES, hanging);
    RunningProgram update =
        program(lab, remote, List.of("sh", "-c", filter))
            .with("update", "--force")
            .inGroup()
            .start();
    while (!Files.exists(hanging)) {
      if (!update.isRunning()) {
        throw new AssertionError("ended too early: " + update.await(PATIENCE));
      }
      Thread.onSpinWait();
    }
    return update;
  }

  private static void assertNothingIsVisibleAndNextRunCompletes(Lab lab, Remote remote)
      throws IOException {
    assertThat(remote.keys()).isEmpty();
    assertThat(lab.listSnapshots()).hasSize(1);
    UUID snapshot = lab.listSnapshots().getFirst().info().uuid();
    Program program = program(lab, remote, List.of("cat"));
    program.with("update", "--force").run().expect(0);

    assertThat(remote.keys()).hasSize(1);
    Path target = lab.newTarget();
    program.with("restore", "--remote", REMOTE, "--to", target, "--latest").run().expect(0);
    Restored.assertIdentical(Map.of(snapshot, Manifest.of(lab.source())), target);
  }

  private static Program program(Lab lab, Remote remote, List<String> filter) throws IOException {
    return lab.program(
        remote
            .addTo(ConfigFile.inZone(Lab.ZONE), REMOTE)
            .source(
                lab.source(),
                lab.snapshots(),
                Upload.to(REMOTE, Lab.POLICY).pipedThrough(List.of(filter))));
  }
}
