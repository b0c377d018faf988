package org.btrfs2s3.it.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.StoredBackups;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;

/** A move to another cloud that is killed on the way. */
class KilledReseedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KILLED = 137;

  /** 50 objects and more, from one server to another, killed twice (invariants 1, 3, 4). */
  @Test
  void aTreeMovesToAnotherServerThoughKilledTwice() throws IOException {
    Bucket from = S3Engine.S3PROXY.orSkip().newBucket();
    try (Estate estate = new Estate(8, new Remote.InBucket(from))) {
      Bucket to = S3Engine.CEPH.orSkip().newBucket();
      estate.with(new Remote.InBucket(to), estate.upload(Estate.NEW).with("upload_limit", "4MB/s"));
      estate.backUp(4);
      assertThat(from.keys()).hasSizeGreaterThan(50);
      Program reseed =
          Btrfs2s3.withConfig(estate.config())
              .with("reseed", "--from", Estate.OLD, "--to", Estate.NEW);
      killWhen(reseed, to, 12);
      killWhen(reseed, to, 33);
      Result result = reseed.run().expect(0);
      assertThat(result.stdout()).contains("read once more from its new place, and whole");
      assertThat(result.stderr()).contains("verified inside").doesNotContain("elsewhere");
      assertThat(to.sizes()).isEqualTo(from.sizes());
      // What the killed runs had begun.
      for (Path source : estate.sources()) {
        StoredBackups.of(new KernelBtrfs().inspect(source).uuid(), to.keys()).assertNoLeftovers();
      }
      estate.assertRestores(estate.config());
      assertThat(reseed.run().expect(0).stdout()).contains("nothing was copied");
    }
  }

  private static void killWhen(Program reseed, Bucket bucket, int objects) {
    try (RunningProgram running = reseed.start()) {
      while (running.isRunning() && bucket.keys().size() < objects) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      running.kill("KILL");
      running.await(PATIENCE).expect(KILLED);
    }
  }
}
