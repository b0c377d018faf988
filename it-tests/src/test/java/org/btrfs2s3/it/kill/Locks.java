package org.btrfs2s3.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.core.linux.DirectoryLock;

/**
 * The locks of a program that was killed. A child that it was just starting holds them, too, until
 * it has become another program: on a busy machine for a tenth of a second, in which the next run
 * says rightly that another one is at work.
 */
final class Locks {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Locks() {}

  /** Waits until a directory can be locked. */
  static void awaitFree(Path directory) throws IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!isFree(directory)) {
      assertThat(Instant.now()).as("%s is still locked", directory).isBefore(deadline);
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private static boolean isFree(Path directory) throws IOException {
    var lock = DirectoryLock.tryLock(directory);
    lock.ifPresent(DirectoryLock::close);
    return lock.isPresent();
  }
}
