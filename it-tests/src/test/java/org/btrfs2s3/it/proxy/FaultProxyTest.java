package org.btrfs2s3.it.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.it.proxy.Fault.Cut;
import org.btrfs2s3.it.proxy.Fault.Point;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** The proxy passes on what it should, and breaks what it should. The SDK's client repeats. */
class FaultProxyTest {
  private static final String KEY = "Größe:+13.zst";
  private static final byte[] CONTENT = new byte[3_000_000];

  private static final long SMALLEST_BODY = CONTENT.length;

  /** The SDK may sign the body in chunks, which adds a signature to each. */
  private static final long LARGEST_BODY = CONTENT.length + 10_000L;

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @ParameterizedTest
  @EnumSource
  void passesEveryKindOfRequestOn(S3Engine engine) throws Exception {
    try (Bucket bucket = engine.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      S3Client client = proxy.server().client();
      String name = bucket.name();
      String aborted = client.createMultipartUpload(r -> r.bucket(name).key("half")).uploadId();
      client.listMultipartUploads(r -> r.bucket(name));
      client.abortMultipartUpload(r -> r.bucket(name).key("half").uploadId(aborted));
      String upload = client.createMultipartUpload(r -> r.bucket(name).key(KEY)).uploadId();
      String tag =
          client
              .uploadPart(
                  r -> r.bucket(name).key(KEY).uploadId(upload).partNumber(1),
                  RequestBody.fromBytes(CONTENT))
              .eTag();
      client.listParts(r -> r.bucket(name).key(KEY).uploadId(upload));
      CompletedPart part = CompletedPart.builder().partNumber(1).eTag(tag).build();
      client.completeMultipartUpload(
          r -> r.bucket(name).key(KEY).uploadId(upload).multipartUpload(m -> m.parts(part)));
      client.headObject(r -> r.bucket(name).key(KEY));
      byte[] read = client.getObjectAsBytes(r -> r.bucket(name).key(KEY)).asByteArray();
      client.headBucket(r -> r.bucket(name));
      client.listObjectsV2(r -> r.bucket(name));
      client.putObject(r -> r.bucket(name).key("other"), RequestBody.fromBytes(CONTENT));
      assertThat(bucket.keys()).containsExactlyInAnyOrder(KEY, "other");
      client.deleteObject(r -> r.bucket(name).key("other"));
      Delete all = Delete.builder().objects(ObjectIdentifier.builder().key(KEY).build()).build();
      client.deleteObjects(r -> r.bucket(name).delete(all));

      assertThat(read).isEqualTo(CONTENT);
      assertThat(bucket.keys()).isEmpty();
      assertThat(proxy.requests())
          .extracting(Request::kind)
          .containsExactly(
              RequestKind.CREATE_UPLOAD,
              RequestKind.LIST_UPLOADS,
              RequestKind.ABORT_UPLOAD,
              RequestKind.CREATE_UPLOAD,
              RequestKind.UPLOAD_PART,
              RequestKind.LIST_PARTS,
              RequestKind.COMPLETE_UPLOAD,
              RequestKind.HEAD_OBJECT,
              RequestKind.GET_OBJECT,
              RequestKind.HEAD_BUCKET,
              RequestKind.LIST_OBJECTS,
              RequestKind.PUT_OBJECT,
              RequestKind.DELETE_OBJECT,
              RequestKind.DELETE_OBJECTS);
      assertThat(proxy.requests().get(4).key()).isEqualTo(KEY);
      assertThat(proxy.exchanges().get(4).bodyBytes()).isBetween(SMALLEST_BODY, LARGEST_BODY);
      assertThat(proxy.exchanges())
          .allMatch(exchange -> exchange.status() / 100 == 2)
          .noneMatch(Exchange::isFaulty);
    }
  }

  /** What the server holds at the moment of the cut. */
  @ParameterizedTest
  @EnumSource(
      value = Point.class,
      names = {"BEFORE_REQUEST", "IN_REQUEST", "BEFORE_ANSWER"})
  void cutsAPutWhereItIsTold(Point point) throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      List<Boolean> there = new ArrayList<>();
      Runnable look = () -> there.add(bucket.keys().contains(KEY));
      proxy.follow(Script.at(RequestKind.PUT_OBJECT, 1, Cut.at(point).after(100_000).doing(look)));
      put(proxy, bucket);

      assertThat(there).containsExactly(point == Point.BEFORE_ANSWER);
      assertThat(bucket.get(KEY)).isEqualTo(CONTENT);
      assertThat(proxy.exchanges()).extracting(Exchange::status).containsExactly(0, 200);
      long bodyBytes = proxy.faults().getFirst().bodyBytes();
      switch (point) {
        case BEFORE_REQUEST -> assertThat(bodyBytes).isZero();
        case IN_REQUEST -> assertThat(bodyBytes).isEqualTo(100_000);
        default -> assertThat(bodyBytes).isBetween(SMALLEST_BODY, LARGEST_BODY);
      }
    }
  }

  private static void put(FaultProxy proxy, Bucket bucket) {
    proxy
        .server()
        .client()
        .putObject(r -> r.bucket(bucket.name()).key(KEY), RequestBody.fromBytes(CONTENT));
  }

  @Test
  void cutsAnAnswer() throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      bucket.put(KEY, CONTENT);
      proxy.follow(request -> Cut.at(Point.IN_ANSWER).after(200_000));
      S3Client client = proxy.server().client();

      assertThatThrownBy(() -> client.getObjectAsBytes(r -> r.bucket(bucket.name()).key(KEY)))
          .isInstanceOf(SdkException.class);
      assertThat(proxy.faults()).isNotEmpty();
    }
  }

  @Test
  void answersInsteadOfTheServer() throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      proxy.follow(Script.storm(1, 2, new Fault.Answer(503, "SlowDown", false)));
      put(proxy, bucket);
      assertThat(proxy.exchanges()).extracting(Exchange::status).containsExactly(503, 503, 200);

      proxy.follow(
          request ->
              request.ordinal() == 1
                  ? new Fault.Answer(500, "InternalError", true)
                  : new Fault.Answer(403, "AccessDenied", false));
      assertThatThrownBy(
              () -> proxy.server().client().deleteObject(r -> r.bucket(bucket.name()).key(KEY)))
          .hasMessageContaining("scripted fault");
      assertThat(bucket.keys()).isEmpty();
    }
  }

  @Test
  void slowBytesAllArrive() throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      proxy.follow(request -> new Fault.Trickle(50_000, 10_000));
      put(proxy, bucket);
      byte[] read =
          proxy
              .server()
              .client()
              .getObjectAsBytes(r -> r.bucket(bucket.name()).key(KEY))
              .asByteArray();

      assertThat(read).isEqualTo(CONTENT);
    }
  }

  @Test
  void heldRequestGoesOnWhenItIsLet() throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch gate = new CountDownLatch(1);
      proxy.follow(Script.at(1, new Fault.Hold(gate)));
      Future<?> put = threads.submit(() -> put(proxy, bucket));
      while (proxy.requests().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(bucket.keys()).isEmpty();

      gate.countDown();
      put.get(1, TimeUnit.MINUTES);
      assertThat(bucket.keys()).containsExactly(KEY);
    }
  }

  @Test
  void closingEndsWhatIsHeld() throws Exception {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> put;
      try (FaultProxy proxy = FaultProxy.before(bucket.server())) {
        proxy.follow(request -> Fault.Hold.forEver());
        put = threads.submit(() -> put(proxy, bucket));
        while (proxy.requests().isEmpty()) {
          Thread.onSpinWait();
        }
      }
      assertThatThrownBy(() -> put.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(SdkException.class);
      assertThat(bucket.keys()).isEmpty();
    }
  }

  @Test
  void newScriptCountsFromOne() throws IOException {
    try (Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
        FaultProxy proxy = FaultProxy.before(bucket.server())) {
      put(proxy, bucket);
      proxy.follow(Script.HEALTHY);
      assertThat(proxy.requests()).isEmpty();
      put(proxy, bucket);

      assertThat(proxy.requests())
          .singleElement()
          .satisfies(request -> assertThat(request.number()).isEqualTo(1))
          .satisfies(request -> assertThat(request.ordinal()).isEqualTo(1));
    }
  }
}
