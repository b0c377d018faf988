package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.it.lab.Household;
import org.btrfs2s3.it.lab.Soundness;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.proxy.Fault;
import org.btrfs2s3.it.proxy.Request;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.proxy.Script;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;

/** Runs that meet: on one bucket, or on one source. (Invariants 4, 10, 11.) */
class TwoRunsTest {
  private static final long PATIENCE_MINUTES = 3;

  /** An update that waits in the middle of its largest upload until it is let go on. */
  private static final class HeldUpdate implements AutoCloseable {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    private final Future<Result> result;

    HeldUpdate(Household household) {
      household.proxy().follow(Script.at(RequestKind.UPLOAD_PART, 1, new Fault.Hold(gate)));
      result = thread.submit(() -> household.update());
      while (!isUploading(household)) {
        assertThat(result.isDone()).as("ended before it was held").isFalse();
        Thread.onSpinWait();
      }
    }

    private static boolean isUploading(Household household) {
      return household.proxy().requests().stream()
          .map(Request::kind)
          .anyMatch(RequestKind.UPLOAD_PART::equals);
    }

    Result finish() throws Exception {
      gate.countDown();
      return result.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
      gate.countDown();
      thread.close();
    }
  }

  @Test
  void hostsOnOneBucketLeaveEachOtherAlone() throws Exception {
    try (Household first = Household.create(S3Engine.S3PROXY);
        Household second = Household.beside(first)) {
      Soundness ofFirst = Soundness.of(first);
      Soundness ofSecond = Soundness.of(second);
      first.change(1);
      first.update().expect(0);
      first.manifests();
      first.change(2);
      try (HeldUpdate held = new HeldUpdate(first)) {
        var pending = first.bucket().unfinishedUploads();
        for (int number = 1; number <= 3; number++) {
          second.change(number);
          second.update().expect(0);
          second.manifests();
        }
        assertThat(first.bucket().unfinishedUploads()).isEqualTo(pending);
        held.finish().expect(0);
      }
      ofFirst.assertVisibleIsWhole();
      ofFirst.assertComplete();
      ofSecond.assertVisibleIsWhole();
      ofSecond.assertComplete();
      ofFirst.assertNothingPending();
    }
  }

  @Test
  void sourceThatIsBeingUploadedIsOnlySnapshotted() throws Exception {
    try (Household household = Household.create(S3Engine.S3PROXY)) {
      Soundness soundness = Soundness.of(household);
      household.change(1);
      household.update().expect(0);
      household.manifests();
      household.change(2);
      try (HeldUpdate held = new HeldUpdate(household)) {
        household.manifests();
        var pending = household.bucket().unfinishedUploads();
        var before = household.listSnapshots().size();
        household.change(3);
        Result second = household.update("--wait", "60").expect(0);

        assertThat(second.stdout() + second.stderr())
            .contains("large: another run is uploading it");
        assertThat(household.listSnapshots().size()).as("snapshots").isGreaterThan(before);
        household.manifests();
        assertThat(household.bucket().unfinishedUploads()).isEqualTo(pending);
        held.finish().expect(0);
      }
      household.update().expect(0);
      soundness.assertVisibleIsWhole();
      soundness.assertComplete();
      soundness.assertNothingPending();
    }
  }

  @Test
  void snapshotsDirectoryThatAnotherRunHoldsIsWaitedForOnlySoLong() throws Exception {
    try (Household household = Household.create(S3Engine.S3PROXY)) {
      Soundness soundness = Soundness.of(household);
      household.change(1);
      try (DirectoryLock lock = DirectoryLock.tryLock(household.snapshots()).orElseThrow()) {
        assertThat(lock.id()).isEqualTo(DirectoryLock.idOf(household.snapshots()));
        Result locked = household.update("--wait", "0").expect(11);

        assertThat(locked.stderr()).contains(household.snapshots().toString());
        assertThat(household.listSnapshots()).isEmpty();
      }
      household.update("--wait", "0").expect(0);
      soundness.assertVisibleIsWhole();
      soundness.assertComplete();
    }
  }
}
