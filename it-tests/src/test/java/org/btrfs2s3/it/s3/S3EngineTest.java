package org.btrfs2s3.it.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

class S3EngineTest {
  @ParameterizedTest
  @EnumSource
  void keepsListsAndDeletesObjects(S3Engine engine) {
    try (Bucket bucket = engine.orSkip().newBucket()) {
      bucket.put("dir/Größe:+13:33", "content".getBytes(UTF_8));
      bucket.put("other", new byte[1]);

      assertThat(bucket.sizes()).containsOnlyKeys("dir/Größe:+13:33", "other");
      assertThat(bucket.sizes()).containsEntry("dir/Größe:+13:33", 7L);
      assertThat(bucket.get("dir/Größe:+13:33")).asString(UTF_8).isEqualTo("content");

      bucket.delete("other");
      assertThat(bucket.keys()).containsExactly("dir/Größe:+13:33");
      assertThatThrownBy(() -> bucket.get("other")).isInstanceOf(NoSuchKeyException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsUnfinishedUploads(S3Engine engine) {
    S3Server server = engine.orSkip();
    try (Bucket bucket = server.newBucket()) {
      assertThat(bucket.unfinishedUploads()).isEmpty();
      server.client().createMultipartUpload(r -> r.bucket(bucket.name()).key("half"));

      assertThat(bucket.unfinishedUploads()).containsExactly("half");
      assertThat(bucket.keys()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesPartsOfAnObjectWhoseKeyIsAsLongAsOurs(S3Engine engine) {
    S3Server server = engine.orSkip();
    try (Bucket bucket = server.newBucket()) {
      String key = "k".repeat(255);
      String upload =
          server.client().createMultipartUpload(r -> r.bucket(bucket.name()).key(key)).uploadId();
      server
          .client()
          .uploadPart(
              r -> r.bucket(bucket.name()).key(key).uploadId(upload).partNumber(1),
              RequestBody.fromBytes(new byte[1]));

      assertThat(bucket.unfinishedUploads()).containsExactly(key);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedBucketIsGone(S3Engine engine) {
    Bucket bucket = engine.orSkip().newBucket();
    bucket.put("key", new byte[1]);
    assertThat(bucket.keys()).hasSize(1);

    bucket.close();
    assertThatThrownBy(bucket::keys).isInstanceOf(NoSuchBucketException.class);
  }
}
