package org.btrfs2s3.it.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prefixes with characters that URLs, headers and answers encode, each in its own way. */
class OddPrefixTest {
  private static final int PART = SmallParts.BYTES;
  private static final ObjectKey SMALL = new ObjectKey("small");
  private static final ObjectKey LARGE = new ObjectKey("data.ctim2026-01-31T23:59:59+01:00");
  private static final List<String> PREFIXES =
      List.of("50%/", "a%2Fb/", "100% of it/", "%", "a b+c&d=e/", "grün%41/");

  private static void write(BackupStore store, ObjectKey key, byte[] content) throws Exception {
    try (var object = store.create(new NewObject(key, Map.of("a", "b"), content.length))) {
      object.write(content, 0, content.length);
      object.commit();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void whatIsWrittenIsListedReadCopiedAndDeleted(S3Engine engine) throws Exception {
    for (String prefix : PREFIXES) {
      try (Bucket bucket = engine.orSkip().newBucket();
          BackupStore store = SmallParts.open(bucket, prefix);
          BackupStore plain = SmallParts.open(bucket, "plain/")) {
        byte[] small = SmallParts.content(1000);
        byte[] large = SmallParts.content(PART + 1);
        write(store, SMALL, small);
        write(store, LARGE, large);
        assertThat(bucket.keys())
            .as(prefix)
            .containsExactlyInAnyOrder(prefix + SMALL, prefix + LARGE);
        assertThat(store.list().objects())
            .as(prefix)
            .extracting(StoredObject::key)
            .containsExactlyInAnyOrder(SMALL, LARGE);
        assertThat(store.find(LARGE)).as(prefix).isPresent();
        try (var object = store.open(LARGE, 0)) {
          assertThat(object.readAllBytes()).as(prefix).isEqualTo(large);
        }
        for (StoredObject object : store.list().objects()) {
          copy(store, plain, object);
        }
        assertThat(bucket.get("plain/" + SMALL)).as(prefix).isEqualTo(small);
        assertThat(bucket.get("plain/" + LARGE)).as(prefix).isEqualTo(large);
        assertThat(store.delete(List.of(SMALL, LARGE)).failed()).as(prefix).isEmpty();
        for (StoredObject object : plain.list().objects()) {
          copy(plain, store, object);
        }
        assertThat(bucket.get(prefix + LARGE)).as(prefix).isEqualTo(large);

        bucket.beginUpload(prefix + LARGE);
        assertThat(store.unfinishedUploads())
            .as(prefix)
            .extracting(UnfinishedUpload::key)
            .containsExactly(LARGE);
        store.abort(store.unfinishedUploads().getFirst());
        assertThat(bucket.unfinishedUploads()).as(prefix).isEmpty();
      }
    }
  }

  /** The gateway of Ceph 16 would be gone after it. */
  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void partsAreCopiedOnlyFromWhereThatHarmsNoServer(S3Engine engine) throws Exception {
    try (Bucket bucket = engine.orSkip().newBucket();
        BackupStore store = SmallParts.open(bucket, "50%/");
        BackupStore plain = SmallParts.open(bucket, "plain/")) {
      byte[] content = SmallParts.content(8 * PART + 1);
      write(plain, LARGE, content);
      StoredObject listed = plain.list().objects().getFirst();
      copy(plain, store, listed);
      assertThat(bucket.get("50%/" + LARGE)).isEqualTo(content);
      plain.delete(List.of(LARGE));
      assertThatThrownBy(() -> copy(store, plain, store.list().objects().getFirst()))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.REFUSED));
      assertThat(bucket.keys()).containsExactly("50%/" + LARGE);
    }
  }

  private static void copy(BackupStore from, BackupStore to, StoredObject object) throws Exception {
    var copy = new NewObject(object.key(), Map.of("a", "b"), object.size());
    ((ServerSideCopy) to).copy(from, object, copy, _ -> {});
  }
}
