package org.btrfs2s3.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.proxy.Fault.Cut;
import org.btrfs2s3.it.proxy.Fault.Point;
import org.btrfs2s3.it.proxy.FaultProxy;
import org.btrfs2s3.it.proxy.Script;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;

/**
 * A restore from S3 may be killed at any instant: what has its final name then is whole, and the
 * same command completes the rest. (Invariants 4, 7.)
 */
class KilledRestoreTest {
  private static final long SEED = 4;
  private static final int RANDOM_MOMENTS = 4;
  private static final int FEWEST_KILLS = 20;

  private static final String REMOTE = "s3";
  private static final int SEGMENT_BYTES = 4 << 20;
  private static final int LARGE_BYTES = 5 << 20;
  private static final int SMALL_BYTES = 200_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int KILLED = 137;

  /** When a restore is killed. */
  private sealed interface Moment {

    /** Before a request, or in the middle of its answer. */
    record AtRequest(int number, Point point) implements Moment {}

    /** Right after a system call. */
    record AfterCall(SystemCall call, int ordinal) implements Moment {}

    /** Some time after its start. */
    record After(Duration time) implements Moment {}
  }

  /** Everything that was backed up, and the way to it. */
  private record Scene(Lab lab, FaultProxy proxy, Path config, Map<UUID, Manifest> manifests) {

    Object[] restore(Path target) {
      return new Object[] {"restore", "--remote", REMOTE, "--to", target, "--all"};
    }

    Program installed(Path target) {
      return Btrfs2s3.withConfig(config).with(restore(target));
    }
  }

  @Test
  void theSameCommandCompletesWhatAKilledOneLeft() throws Exception {
    System.out.println("random moments from seed " + SEED);
    try (Lab lab = Lab.create();
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      Scene scene = new Scene(lab, proxy, config(lab, bucket, proxy.server()), backUp(lab));
      int killed = 0;
      int left = 0;
      for (Moment moment : moments(scene)) {
        Path target = lab.newTarget();
        if (kill(scene, target, moment)) {
          killed++;
        }
        Path hidden = target.resolve(".btrfs2s3-restoring");
        if (Files.exists(hidden)) {
          left++;
          Locks.awaitFree(hidden);
        }
        assertNamedIsWhole(scene, target, moment);
        assertNextCompletes(scene, target, moment);
        Restored.deleteAll(target);
      }
      assertThat(killed).isGreaterThanOrEqualTo(FEWEST_KILLS);
      assertThat(left).as("killed amid their work").isGreaterThanOrEqualTo(FEWEST_KILLS / 2);
    }
  }

  private static Path config(Lab lab, Bucket bucket, S3Server server) throws IOException {
    Upload upload = Upload.to(REMOTE, Lab.POLICY).with("segment_size", SEGMENT_BYTES);
    return ConfigFile.inZone(Lab.ZONE)
        .source(lab.source(), lab.snapshots(), upload)
        .s3Remote(REMOTE, bucket.name(), "", server.secretKey(), server)
        .write(lab.work());
  }

  /** A full backup in two segments, and two that were sent against it. */
  private static Map<UUID, Manifest> backUp(Lab lab) throws IOException {
    Random random = new Random(SEED);
    for (int number = 0; number < 3; number++) {
      lab.awaitNewSecond();
      byte[] noise = new byte[number == 0 ? LARGE_BYTES : SMALL_BYTES];
      random.nextBytes(noise);
      Files.write(lab.source().resolve("noise" + number), noise);
      Btrfs2s3.runHere(lab.work().resolve("config.yaml"), "update", "--force").expect(0);
    }
    Map<UUID, Manifest> manifests = lab.snapshotManifests();
    assertThat(manifests).hasSize(3);
    return manifests;
  }

  private static List<Moment> moments(Scene scene) throws Exception {
    scene.proxy().follow(Script.HEALTHY);
    long begin = System.nanoTime();
    Path target = scene.lab().newTarget();
    scene.installed(target).run().expect(0);
    long nanos = System.nanoTime() - begin;
    Restored.deleteAll(target);
    int requests = scene.proxy().requests().size();
    assertThat(requests).as("list, commit, 2 segments, 2 differentials").isGreaterThanOrEqualTo(6);
    List<Moment> moments = new ArrayList<>();
    for (int number = 1; number <= requests; number++) {
      moments.add(new Moment.AtRequest(number, Point.BEFORE_REQUEST));
    }
    for (int number = 3; number <= requests; number++) {
      moments.add(new Moment.AtRequest(number, Point.BEFORE_ANSWER));
      moments.add(new Moment.AtRequest(number, Point.IN_ANSWER));
    }
    // What btrfs receive makes of the three, then the identities, the names, and the tidying.
    moments.add(new Moment.AfterCall(SystemCall.RECEIVED, 1));
    moments.add(new Moment.AfterCall(SystemCall.RECEIVED, 3));
    moments.add(new Moment.AfterCall(SystemCall.RECEIVED, 5));
    moments.add(new Moment.AfterCall(SystemCall.SYNC, 3));
    moments.add(new Moment.AfterCall(SystemCall.SNAPSHOT, 3));
    moments.add(new Moment.AfterCall(SystemCall.SNAPSHOT, 4));
    moments.add(new Moment.AfterCall(SystemCall.DELETE, 1));
    moments.add(new Moment.AfterCall(SystemCall.DELETE, 2));
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_MOMENTS; i++) {
      moments.add(new Moment.After(Duration.ofNanos(random.nextLong(nanos / 4, nanos * 3 / 4))));
    }
    return moments;
  }

  /** False if it succeeded, because it was too fast. */
  private static boolean kill(Scene scene, Path target, Moment moment) throws IOException {
    int exitCode =
        switch (moment) {
          case Moment.AtRequest at -> runUntil(scene, target, at);
          case Moment.AfterCall after -> runUntil(scene, target, after);
          case Moment.After after -> runFor(scene, target, after.time());
        };
    assertThat(exitCode).as("%s", moment).isIn(0, KILLED);
    return exitCode == KILLED;
  }

  private static int runUntil(Scene scene, Path target, Moment.AtRequest at) throws IOException {
    CompletableFuture<RunningProgram> restore = new CompletableFuture<>();
    Cut cut = Cut.at(at.point()).after(10_000).doing(() -> kill(restore.join()));
    scene.proxy().follow(Script.at(at.number(), cut));
    try (RunningProgram running = scene.installed(target).start()) {
      restore.complete(running);
      return running.await(PATIENCE).exitCode();
    }
  }

  private static int runUntil(Scene scene, Path target, Moment.AfterCall after) throws IOException {
    scene.proxy().follow(Script.HEALTHY);
    try (Trace trace = Trace.create();
        RunningProgram running = trace.of(scene.installed(target)).start()) {
      if (trace.await(after.call(), after.ordinal(), running::isRunning)) {
        kill(running);
      }
      return running.await(PATIENCE).exitCode();
    }
  }

  private static int runFor(Scene scene, Path target, Duration time) throws IOException {
    scene.proxy().follow(Script.HEALTHY);
    try (RunningProgram running = scene.installed(target).start()) {
      LockSupport.parkNanos(time.toNanos());
      kill(running);
      return running.await(PATIENCE).exitCode();
    }
  }

  /** It alone: what it has started ends by itself. */
  private static void kill(RunningProgram restore) {
    ProcessHandle.of(restore.pid())
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  private static void assertNamedIsWhole(Scene scene, Path target, Moment moment)
      throws IOException {
    for (Map.Entry<UUID, Path> restored : Restored.in(target).entrySet()) {
      assertThat(difference(scene, restored.getKey(), restored.getValue()))
          .as("%s, killed at %s", restored.getValue(), moment)
          .isEmpty();
    }
  }

  private static List<String> difference(Scene scene, UUID uuid, Path restored) {
    Manifest expected = scene.manifests().get(uuid);
    return expected == null
        ? List.of(uuid + " was never backed up")
        : List.copyOf(Manifest.difference(expected, Manifest.of(restored)));
  }

  private static void assertNextCompletes(Scene scene, Path target, Moment moment)
      throws IOException {
    scene.proxy().follow(Script.HEALTHY);
    assertThat(Btrfs2s3.runHere(scene.config(), scene.restore(target)))
        .as("after %s", moment)
        .satisfies(result -> result.expect(0));
    Restored.assertIdentical(scene.manifests(), target);
    assertThat(target.resolve(".btrfs2s3-restoring")).doesNotExist();
  }
}
