package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.s3.Stores.assertFails;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.s3.ScriptedServer.Request;
import org.btrfs2s3.s3.ScriptedServer.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a reading that breaks off. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3ReadingTest extends Scripted {

  private static final int SIZE = 100_000;

  @Test
  void goesOnWhereItBrokeOff() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(40_000));
    server.once(S3ReadingTest::isGet, r -> from(40_000, "\"e\"").brokenOffAfter(1));
    server.once(S3ReadingTest::isGet, r -> null);
    server.once(S3ReadingTest::isGet, r -> Response.error(503, "SlowDown"));
    server.once(S3ReadingTest::isGet, r -> from(40_001, "\"e\""));
    try (var in = store.open(KEY, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(Stores.bytes(SIZE));
    }
    assertThat(server.requests("GET", ""))
        .extracting(request -> request.headers().get("range"))
        .containsExactly(null, "bytes=40000-", "bytes=40001-", "bytes=40001-", "bytes=40001-");
    assertThat(server.requests("GET", ""))
        .extracting(request -> request.headers().get("if-match"))
        .containsExactly(null, "\"e\"", "\"e\"", "\"e\"", "\"e\"");
  }

  @Test
  void goesOnFromAnOffset() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(90_000, "\"e\"").brokenOffAfter(10));
    server.once(S3ReadingTest::isGet, r -> from(90_010, "\"e\""));
    try (var in = store.open(KEY, 90_000)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(Stores.bytes(SIZE), 90_000, SIZE));
    }
  }

  @Test
  void objectThatWasReplacedMeanwhileIsAnIntegrityError() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(10));
    server.once(S3ReadingTest::isGet, r -> Response.error(412, "PreconditionFailed"));
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.INTEGRITY, in::readAllBytes).withMessageContaining("replaced");
    }
  }

  @Test
  void objectThatBecameShorterMeanwhileIsAnIntegrityError() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(10));
    server.once(S3ReadingTest::isGet, r -> Response.error(416, "InvalidRange"));
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.INTEGRITY, in::readAllBytes);
    }
  }

  @Test
  void serverThatIgnoresTheConditionCannotMixTwoObjects() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(10));
    server.once(S3ReadingTest::isGet, r -> from(10, "\"other\""));
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.INTEGRITY, in::readAllBytes);
    }
  }

  @Test
  void objectThatVanishedIsNotFound() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(10));
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.NOT_FOUND, in::readAllBytes);
    }
  }

  @Test
  void withoutAnETagNothingIsPutTogether() throws Exception {
    server.once(
        S3ReadingTest::isGet,
        r -> new Response(200, Stores.text(SIZE), Map.of()).brokenOffAfter(10));
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.TRANSIENT, in::readAllBytes).withMessageContaining("10 of 100000 bytes");
    }
  }

  @Test
  void readingThatGetsOnMayBreakOffForEver() throws Exception {
    server.always(
        S3ReadingTest::isGet,
        request -> {
          var range = request.headers().getOrDefault("range", "bytes=0-");
          int offset = Integer.parseInt(range.replaceAll("\\D", ""));
          stores.pace.pass(Duration.ofHours(5));
          return from(offset, "\"e\"").brokenOffAfter(Math.min(10_000, SIZE - offset));
        });
    try (var in = store.open(KEY, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(Stores.bytes(SIZE));
    }
  }

  @Test
  void readingThatDoesNotGetOnIsGivenUp() throws Exception {
    server.once(S3ReadingTest::isGet, r -> from(0, "\"e\"").brokenOffAfter(10));
    server.always(S3ReadingTest::isGet, r -> null);
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.TRANSIENT, in::readAllBytes).withMessageContaining("in vain");
    }
    assertThat(Duration.ofNanos(stores.pace.nanoTime()))
        .isBetween(Stores.RETRY_FOR.minusMinutes(2), Stores.RETRY_FOR);
  }

  private static boolean isGet(Request request) {
    return request.is("GET", "");
  }

  private static Response from(int offset, String etag) {
    var range = "bytes " + offset + "-" + (SIZE - 1) + "/" + SIZE;
    return new Response(
        offset == 0 ? 200 : 206,
        Stores.text(SIZE).substring(offset),
        offset == 0 ? Map.of("ETag", etag) : Map.of("ETag", etag, "Content-Range", range));
  }
}
