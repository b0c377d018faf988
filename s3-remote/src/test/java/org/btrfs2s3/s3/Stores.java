package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;

/** Makes stores for tests: repetitions take no time, and nothing stalls unless it is told to. */
final class Stores {

  /** As many bytes as the smallest part of S3 has. */
  static final int PART = 5 << 20;

  static final UploadLimits LIMITS = new UploadLimits(PART, 3L * PART);

  static final Duration RETRY_FOR = RetryPolicy.DEFAULT.retryFor();

  final FakePace pace = new FakePace();
  final FakePace stallPace = new FakePace();
  UploadMemory memory = new UploadMemory(UploadMemory.DEFAULT_BYTES);

  /** The watch of the store that was opened last. */
  StallWatch watch = newWatch();

  /** A store that takes the server for what its address says. */
  BackupStore open(S3Settings settings) throws RemoteException {
    return open(settings, Provider.of(settings.endpoint()));
  }

  BackupStore open(S3Settings settings, Provider provider) throws RemoteException {
    return open(settings, provider, new Retries(RETRY_FOR, pace));
  }

  BackupStore open(S3Settings settings, Retries retries) throws RemoteException {
    return open(settings, Provider.of(settings.endpoint()), retries);
  }

  private BackupStore open(S3Settings settings, Provider provider, Retries retries)
      throws RemoteException {
    watch = newWatch();
    return S3StoreFactory.open(settings, new StoreParts(LIMITS, memory, provider, retries, watch));
  }

  static StoredObject put(BackupStore store, ObjectKey key, int size)
      throws IOException, InterruptedException {
    return put(store, key, size, 0);
  }

  static StoredObject put(BackupStore store, ObjectKey key, int size, long estimate)
      throws IOException, InterruptedException {
    try (var pending = store.create(new NewObject(key, Map.of(), estimate))) {
      pending.write(bytes(size), 0, size);
      return pending.commit();
    }
  }

  static byte[] bytes(int size) {
    return text(size).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** No two parts of it are equal. */
  static String text(int size) {
    var text = new StringBuilder(size + 10);
    while (text.length() < size) {
      text.append(text.length()).append(' ');
    }
    return text.substring(0, size);
  }

  static ThrowableAssertAlternative<RemoteException> assertFails(Kind kind, ThrowingCallable call) {
    return assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
  }

  private StallWatch newWatch() {
    return StallWatch.byHand(RetryPolicy.DEFAULT.stall(), stallPace::nanoTime);
  }
}
