package org.btrfs2s3.it.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.Checksum;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that servers make by themselves, in one request and part by part. */
class ServerCopyTest {
  private static final int PART = SmallParts.BYTES;

  /** Eight parts of an upload make one of a copy. */
  private static final int TWO_PARTS = 8 * PART + 1;

  /** What a header can carry only encoded. */
  private static final String KEY = "data+x ö.ctim2026-01-31T23:59:59+01:00.zst";

  private static void write(BackupStore store, byte[] content) throws Exception {
    try (var object = store.create(new NewObject(new ObjectKey(KEY), Map.of(), content.length))) {
      object.write(content, 0, content.length);
      object.commit();
    }
  }

  private static StoredObject only(BackupStore store) throws Exception {
    return store.list().objects().getFirst();
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void copiesWhatFitsIntoOneRequestAndWhatDoesNot(S3Engine engine) throws Exception {
    for (int size : new int[] {0, 1000, TWO_PARTS}) {
      byte[] content = new byte[size];
      new Random(size).nextBytes(content);
      try (Bucket old = engine.orSkip().newBucket();
          Bucket fresh = engine.orSkip().newBucket();
          BackupStore from = SmallParts.open(old, "host 1/");
          BackupStore to = SmallParts.open(fresh, "moved/")) {
        write(from, content);
        ServerSideCopy copier = (ServerSideCopy) to;
        assertThat(copier.canCopyFrom(from)).isTrue();
        AtomicLong moved = new AtomicLong();
        StoredObject copy =
            copier.copy(
                from,
                only(from),
                new NewObject(new ObjectKey(KEY), Map.of("btrfs2s3-uuid", "x"), size),
                moved::addAndGet);
        assertThat(copy.size()).isEqualTo(size);
        assertThat(moved).hasValue(size);
        assertThat(fresh.get("moved/" + KEY)).isEqualTo(content);
        assertThat(fresh.metadata("moved/" + KEY)).containsEntry("btrfs2s3-uuid", "x");
        assertThat(fresh.unfinishedUploads()).isEmpty();
      }
    }
  }

  /** What a server tells is compared only where the bytes must show in it. */
  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void tellsChecksumsThatCopiesShare(S3Engine engine) throws Exception {
    for (int size : new int[] {1000, PART + 1, TWO_PARTS}) {
      byte[] content = SmallParts.content(size);
      try (Bucket old = engine.orSkip().newBucket();
          Bucket fresh = engine.orSkip().newBucket();
          BackupStore from = SmallParts.open(old, "");
          BackupStore to = SmallParts.open(fresh, "")) {
        write(from, content);
        Checksum original = checksum(from);
        assertThat(original.isOfBytesAlone()).isEqualTo(size < PART);

        ((ServerSideCopy) to)
            .copy(from, only(from), new NewObject(new ObjectKey(KEY), Map.of(), size), bytes -> {});
        assertThat(original.contradicts(checksum(to))).isFalse();
        fresh.delete(KEY);
        write(to, content);
        assertThat(checksum(to)).isEqualTo(original);
        fresh.delete(KEY);
        content[size / 2] ^= 1;
        write(to, content);
        assertThat(original.contradicts(checksum(to))).isTrue();
      }
    }
  }

  private static Checksum checksum(BackupStore store) throws Exception {
    return Objects.requireNonNull(store.find(new ObjectKey(KEY)).orElseThrow().checksum());
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void overwritesNothing(S3Engine engine) throws Exception {
    // Invariant 11.
    for (int size : new int[] {1000, TWO_PARTS}) {
      try (Bucket old = engine.orSkip().newBucket();
          Bucket fresh = engine.orSkip().newBucket();
          BackupStore from = SmallParts.open(old, "");
          BackupStore to = SmallParts.open(fresh, "")) {
        old.put("one", new byte[size]);
        fresh.put("one", new byte[7]);
        assertThatThrownBy(
                () ->
                    ((ServerSideCopy) to)
                        .copy(
                            from,
                            only(from),
                            new NewObject(new ObjectKey("one"), Map.of(), size),
                            bytes -> {}))
            .isInstanceOfSatisfying(
                RemoteException.class,
                e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.CONFLICT));
        assertThat(fresh.get("one")).hasSize(7);
        assertThat(fresh.unfinishedUploads()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void refusesWhatIsNotAsItWasListed(S3Engine engine) throws Exception {
    // Invariant 1.
    try (Bucket old = engine.orSkip().newBucket();
        BackupStore from = SmallParts.open(old, "");
        BackupStore to = SmallParts.open(old, "there/")) {
      old.put("one", new byte[1000]);
      StoredObject listed = only(from);
      old.put("one", new byte[999]);
      assertThatThrownBy(
              () ->
                  ((ServerSideCopy) to)
                      .copy(
                          from,
                          listed,
                          new NewObject(new ObjectKey("one"), Map.of(), 1000),
                          bytes -> {}))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.INTEGRITY));
      assertThat(old.keys()).containsExactly("one");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY"})
  void otherStoresAreNoPartOfTheServer(S3Engine engine) throws Exception {
    try (Bucket bucket = engine.orSkip().newBucket();
        BackupStore store = SmallParts.open(bucket, "");
        BackupStore disk = DirectoryStore.at(Path.of("/nowhere"))) {
      assertThat(((ServerSideCopy) store).canCopyFrom(disk)).isFalse();
    }
  }
}
