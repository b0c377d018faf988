package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.btrfs2s3.s3.Stores.PART;
import static org.btrfs2s3.s3.Stores.assertFails;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.s3.ScriptedServer.Request;
import org.btrfs2s3.s3.ScriptedServer.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a store goes on with a remote that fails, and when it stops at once. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3RetryTest extends Scripted {

  @Test
  void everyRequestOfAnUploadMayFailForHours() throws Exception {
    var failures = new ConcurrentHashMap<String, Integer>();
    server.always(
        request -> {
          var kind = request.method() + request.query().replaceAll("uploadId=.*", "");
          return failures.merge(kind, 1, Integer::sum) < 60;
        },
        request -> Response.error(500, "InternalError"));
    Stores.put(store, KEY, 2 * PART + 1);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(2 * PART + 1));
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isGreaterThan(Duration.ofHours(3));
  }

  // Each answer lost once, and each request: invariants 1 and 11.
  @Test
  void everyAnswerOfAnUploadMayBeLostOnce() throws Exception {
    for (int lost = 1; lost <= 8; lost++) {
      var key = new ObjectKey("lost." + lost);
      int number = lost;
      var count = new AtomicInteger();
      server.once(
          request -> request.key().equals(key.value()) && count.incrementAndGet() == number,
          request -> {
            server.serve(request);
            return null;
          });
      assertThat(Stores.put(store, key, PART + 1).size()).isEqualTo(PART + 1);
      assertThat(server.content(key.value())).isEqualTo(Stores.text(PART + 1));
      server.forgetParts();
    }
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void aRemoteThatIsAwayIsGivenUpInTheEnd() {
    server.always(request -> request.is("HEAD", ""), request -> null);
    assertFails(Kind.TRANSIENT, () -> store.create(new NewObject(KEY, Map.of(), 0)))
        .withMessageContaining("times in vain");
    assertThat(Duration.ofNanos(stores.pace.nanoTime()))
        .isBetween(Stores.RETRY_FOR.minusMinutes(2), Stores.RETRY_FOR);
  }

  @Test
  void aRunDoesNotWaitForListings() {
    server.always(request -> request.method().equals("GET"), r -> Response.error(503, "SlowDown"));
    assertFails(Kind.TRANSIENT, store::list);
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isLessThan(Duration.ofMinutes(2));
    assertFails(Kind.TRANSIENT, store::unfinishedUploads);
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isLessThan(Duration.ofMinutes(4));
  }

  @Test
  void listingThatAnUploadDependsOnIsWaitedForAsLongAsTheUpload() throws Exception {
    var failures = new AtomicInteger();
    server.always(
        request -> request.method().equals("GET") && failures.incrementAndGet() < 60,
        r -> Response.error(503, "SlowDown"));
    assertThat(store.listPatiently().objects()).isEmpty();
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isGreaterThan(Duration.ofMinutes(50));
  }

  @Test
  void nothingWaitsForHoursToCleanUp() throws Exception {
    var pending = store.create(new NewObject(KEY, Map.of(), 0));
    pending.write(Stores.bytes(PART + 1), 0, PART + 1);
    server.always(request -> request.is("DELETE", ""), r -> Response.error(500, "InternalError"));
    pending.close();
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isLessThan(Duration.ofMinutes(1));
    assertFails(Kind.TRANSIENT, () -> store.abort(new UnfinishedUpload(KEY, "u1", Instant.EPOCH)));
    assertThat(Duration.ofNanos(stores.pace.nanoTime())).isLessThan(Duration.ofMinutes(3));
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, DENIED",
    "403, SignatureDoesNotMatch, DENIED",
    "404, NoSuchBucket, NOT_FOUND",
    "400, InvalidRequest, REFUSED",
    "507, , REFUSED",
    "501, NotImplemented, REFUSED",
  })
  void whatCannotHealIsNotTriedAgain(int status, String code, Kind kind) {
    server.always(request -> request.method().equals("GET"), r -> Response.error(status, code));
    assertFails(kind, store::list);
    assertFails(kind, () -> store.open(KEY, 0));
    assertThat(server.requests("GET", "")).hasSize(2);
    assertThat(stores.pace.pauses()).isEmpty();
  }

  @Test
  void partOfAnUploadThatIsGoneIsNotTriedAgain() {
    server.always(
        request -> request.is("PUT", "partNumber="), r -> Response.error(404, "NoSuchUpload"));
    assertFails(Kind.TRANSIENT, () -> Stores.put(store, KEY, PART + 1))
        .withMessageContaining("NoSuchUpload");
    assertThat(stores.pace.pauses()).isEmpty();
  }

  @Test
  void clockOfTheServerIsTakenWhenOursIsWrongButOnlyOnce() throws Exception {
    // The SDK keeps it for the whole JVM: not more than other servers bear.
    var theirs = Instant.now().minusSeconds(300).atZone(ZoneOffset.UTC);
    var body = Response.error(403, "RequestTimeTooSkewed").body();
    var answer =
        "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nDate: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(DateTimeFormatter.RFC_1123_DATE_TIME.format(theirs), body.length(), body);
    try (var raw = new RawServer(answer);
        var skewed = stores.open(raw.settings())) {
      assertFails(Kind.DENIED, skewed::list).withMessageContaining("clock");
      assertThat(raw.heads()).hasSize(2);
      assertThat(signedAt(raw.heads().getLast()))
          .isBetween(theirs.toInstant().minusSeconds(60), theirs.toInstant().plusSeconds(60));
    }
    assertThat(stores.pace.pauses()).isEmpty();
  }

  private static Instant signedAt(List<String> head) {
    var header =
        head.stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-amz-date: "))
            .findFirst()
            .orElseThrow();
    var format = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    return LocalDateTime.parse(header.substring("x-amz-date: ".length()), format)
        .toInstant(ZoneOffset.UTC);
  }

  @Test
  void interruptionEndsEvenAPauseOfAMinute() throws Exception {
    server.always(request -> request.is("HEAD", ""), r -> new Response(500, "", Map.of()));
    try (var patient =
        S3StoreFactory.open(server.settings(), Stores.LIMITS, stores.memory, RetryPolicy.DEFAULT)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> patient.create(new NewObject(KEY, Map.of(), 0)))
          .isInstanceOf(InterruptedException.class);
    }
  }

  // A server that is busy.

  @Test
  void busyServerGetsFewerPartsAtOnce() throws Exception {
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    var complaints = new AtomicInteger(6);
    server.beforeAnswer(
        request -> {
          if (request.is("PUT", "partNumber=")) {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          }
        });
    server.always(
        request -> request.is("PUT", "partNumber="),
        request -> {
          underWay.decrementAndGet();
          return complaints.getAndDecrement() > 0
              ? Response.error(503, "SlowDown")
              : server.serve(request);
        });
    Stores.put(store, KEY, 6 * PART, 6L * PART);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(6 * PART));
    assertThat(most.get()).isLessThanOrEqualTo(4);
  }

  // A server that takes nothing, or says nothing.

  @Test
  void partThatDoesNotMoveIsCancelledAndSentAgain() throws Exception {
    var arrived = new CountDownLatch(1);
    var stuck = new CountDownLatch(1);
    server.beforeAnswer(
        request -> {
          if (request.is("PUT", "partNumber=1&") && arrived.getCount() > 0) {
            arrived.countDown();
            stuck.await();
          }
        });
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<?> upload = executor.submit(() -> Stores.put(store, KEY, PART + 1));
      arrived.await();
      stores.stallPace.pass(Duration.ofDays(1));
      stores.watch.check();
      upload.get();
    } finally {
      stuck.countDown();
    }
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  @Test
  void interruptedThreadDoesNotWaitForAServerThatSaysNothing() throws Exception {
    var arrived = new CountDownLatch(1);
    var stuck = new CountDownLatch(1);
    server.beforeAnswer(
        request -> {
          arrived.countDown();
          stuck.await();
        });
    var executor = Executors.newSingleThreadExecutor();
    try (var real =
        S3StoreFactory.open(server.settings(), Stores.LIMITS, stores.memory, RetryPolicy.DEFAULT)) {
      Future<?> listing = executor.submit(() -> real.list());
      arrived.await();
      executor.shutdownNow();
      assertThatThrownBy(listing::get).hasCauseInstanceOf(InterruptedException.class);
    } finally {
      stuck.countDown();
    }
  }

  // Memory and parts.

  @Test
  void streamThatNeedsLargerPartsThanThereIsMemoryIsRefused() throws Exception {
    var twenty = new Provider(20, false, 1L << 40, PART, false, true);
    try (var few = stores.open(server.settings(), twenty)) {
      assertFails(Kind.REFUSED, () -> few.create(new NewObject(KEY, Map.of(), 2L << 30)))
          .withMessageContainingAll("segment_size", "upload_memory", "data.one");
      assertThat(few.uploadMemory(2L << 30)).isEqualTo(stores.memory.bytes());
    }
    assertThat(server.requests("HEAD", "")).isEmpty();
  }

  @Test
  void streamOfTwiceTheEstimateFitsIntoTwentyParts() throws Exception {
    var twenty = new Provider(20, false, 1L << 40, PART, false, true);
    try (var few = stores.open(server.settings(), twenty)) {
      Stores.put(few, KEY, 14 * PART, 7L * PART);
      assertThat(server.content("data.one")).isEqualTo(Stores.text(14 * PART));
    }
  }

  @Test
  void equalPartsAreEqual() throws Exception {
    var equal = new Provider(20, true, 1L << 40, PART, false, true);
    try (var few = stores.open(server.settings(), equal)) {
      Stores.put(few, KEY, 11 * PART, 10L * PART);
      assertThat(server.requests("PUT", "partNumber="))
          .extracting(
              request -> Integer.parseInt(request.headers().getOrDefault("content-length", "")))
          .filteredOn(length -> length == 9 << 20 || length == 8 << 20)
          .hasSizeGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void uploadsShareMemoryThatIsFreeAgainWhenTheyEnd() throws Exception {
    stores.memory = new UploadMemory(4L * PART);
    try (var tight = stores.open(server.settings())) {
      assertThat(tight.uploadMemory(0)).isEqualTo(PART);
      assertThat(tight.uploadMemory(100L * PART)).isEqualTo(3L * PART);
      for (int i = 0; i < 5; i++) {
        Stores.put(tight, new ObjectKey("in-turn." + i), 4 * PART, 100L * PART);
        server.forgetParts();
        var dropped = tight.create(new NewObject(KEY, Map.of(), 100L * PART));
        dropped.write(Stores.bytes(PART + 1), 0, PART + 1);
        dropped.close();
        server.forgetParts();
      }
    }
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void providerKnownToLackConditionsIsNeverAskedForOne() throws Exception {
    var plain = new Provider(10_000, false, 1L << 40, PART, false, false);
    try (var unconditional = stores.open(server.settings(), plain)) {
      Stores.put(unconditional, KEY, PART + 1);
    }
    assertThat(server.requests("POST", "uploadId=").stream().map(Request::headers))
        .noneMatch(headers -> headers.containsKey("if-none-match"));
  }

  @Test
  void anAddressThatDoesNotSpeakTlsIsNotTriedAgain() throws Exception {
    try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlainText(listener));
      var endpoint =
          new S3Endpoint(
              null,
              null,
              new AccessKey("id", "hush"),
              URI.create("https://127.0.0.1:" + listener.getLocalPort()),
              new TlsVerification.On());
      try (var wrong = stores.open(new S3Settings("bucket", "", endpoint))) {
        assertThatThrownBy(wrong::list)
            .hasMessageContaining("is it http:// instead of https://")
            .hasMessageNotContaining("SSLException");
      }
    }
    assertThat(stores.pace.pauses()).isEmpty();
  }

  private static void answerInPlainText(ServerSocket listener) {
    while (true) {
      try (var client = listener.accept()) {
        var _ = client.getInputStream().read(new byte[1 << 14]);
        client
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }
}
