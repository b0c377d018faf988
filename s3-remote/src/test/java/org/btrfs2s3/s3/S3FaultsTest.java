package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.btrfs2s3.s3.Stores.assertFails;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.s3.ScriptedServer.Request;
import org.btrfs2s3.s3.ScriptedServer.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of uploads, readings and deletes when the server answers badly or not at all. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3FaultsTest extends Scripted {

  private static final int PART = Stores.PART;

  // Invariants 1 and 11: how a commit ends when its answer does not tell.

  @Test
  void lostAnswerToCompleteIsSuccessIfTheObjectIsOurs() throws Exception {
    server.once(S3FaultsTest::isComplete, this::performAndLose);
    assertThat(put(PART + 1).size()).isEqualTo(PART + 1);
    assertThat(server.requests("POST", "uploadId=")).hasSize(1);
    assertThat(server.requests("DELETE", "")).isEmpty();
  }

  @Test
  void lostAnswerToPutIsSuccessIfTheObjectIsOurs() throws Exception {
    server.once(S3FaultsTest::isPut, this::performAndLose);
    assertThat(put(10).size()).isEqualTo(10);
    assertThat(server.requests("PUT", "")).hasSize(1);
  }

  @Test
  void lostCompleteIsSentAgain() throws Exception {
    server.once(S3FaultsTest::isComplete, request -> null);
    put(PART + 1);
    assertThat(server.requests("POST", "uploadId=")).hasSize(2);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  // Invariant 11: of what a repair replaces there is the old one, or the new one.

  @Test
  void replacementWhoseAnswerIsLostIsTheNewOneOrSentAgain() throws Exception {
    put(20);
    for (int size : new int[] {10, PART + 1}) {
      server.once(S3FaultsTest::isPublication, this::performAndLose);
      assertThat(replace(size).size()).isEqualTo(size);
      assertThat(server.content("data.one")).isEqualTo(Stores.text(size));
      server.once(S3FaultsTest::isPublication, request -> null);
      assertThat(replace(size + 1).size()).isEqualTo(size + 1);
      assertThat(server.content("data.one")).isEqualTo(Stores.text(size + 1));
    }
  }

  @Test
  void replacementThatIsRefusedLeavesTheOldOne() throws Exception {
    put(20);
    server.always(S3FaultsTest::isPublication, request -> Response.error(403, "AccessDenied"));
    assertFails(Kind.DENIED, () -> replace(10)).withMessageNotContaining("unknown");
    assertThat(server.content("data.one")).isEqualTo(Stores.text(20));
  }

  private static boolean isPublication(Request request) {
    return isPut(request) || isComplete(request);
  }

  private StoredObject replace(int size) throws IOException, InterruptedException {
    var object = new NewObject(KEY, Map.of(), size, NewObject.Predecessor.REPLACED);
    try (var pending = store.create(object)) {
      pending.write(Stores.bytes(size), 0, size);
      return pending.commit();
    }
  }

  @Test
  void errorInTheBodyOfAnAnswerOf200IsNoSuccess() throws Exception {
    server.once(
        S3FaultsTest::isComplete, request -> withStatus(200, Response.error(500, "InternalError")));
    put(PART + 1);
    assertThat(server.requests("POST", "uploadId=")).hasSize(2);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 504})
  void completeThatStaysOpenIsUnknownAndLeftAlone(int status) throws Exception {
    server.always(S3FaultsTest::isComplete, request -> Response.error(status, "InternalError"));
    assertFails(Kind.TRANSIENT, () -> put(PART + 1))
        .withMessageContainingAll("outcome unknown", "s3://bucket/data.one");
    assertThat(server.pendingUploads()).isEqualTo(1);
    assertThat(server.requests("DELETE", "")).isEmpty();
  }

  @Test
  void completeThatIsTurnedAwayIsTriedAgainAndThenAborted() throws Exception {
    server.always(S3FaultsTest::isComplete, request -> Response.error(503, "SlowDown"));
    assertFails(Kind.TRANSIENT, () -> put(PART + 1))
        .withMessageContaining("SlowDown")
        .withMessageNotContaining("unknown");
    assertThat(server.requests("POST", "uploadId=").size()).isGreaterThan(100);
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void completeThatIsRefusedIsNotTriedAgainAndAborted() throws Exception {
    server.always(S3FaultsTest::isComplete, request -> Response.error(400, "EntityTooSmall"));
    assertFails(Kind.REFUSED, () -> put(PART + 1)).withMessageContaining("EntityTooSmall");
    assertThat(server.requests("POST", "uploadId=")).hasSize(1);
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void uploadThatSomebodyRemovedCannotBeCommitted() throws Exception {
    server.always(S3FaultsTest::isComplete, request -> Response.error(404, "NoSuchUpload"));
    assertFails(Kind.TRANSIENT, () -> put(PART + 1)).withMessageNotContaining("unknown");
    assertThat(server.requests("POST", "uploadId=")).hasSize(1);
  }

  @Test
  void objectOfSomebodyElseThatCameBetweenIsKept() throws Exception {
    server.once(
        S3FaultsTest::isComplete,
        request -> {
          server.store("data.one", "theirs");
          return Response.error(412, "PreconditionFailed");
        });
    assertFails(Kind.CONFLICT, () -> put(PART + 1));
    assertThat(server.content("data.one")).isEqualTo("theirs");
    assertThat(server.pendingUploads()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ConditionalRequestConflict", "Conflict"})
  void conflictInPassingIsTriedAgain(String code) throws Exception {
    for (int i = 0; i < 20; i++) {
      server.once(S3FaultsTest::isComplete, request -> Response.error(409, code));
    }
    put(PART + 1);
    assertThat(server.requests("POST", "uploadId=")).hasSize(21);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  @Test
  void conflictWithNothingThatLastsIsNoConflict() throws Exception {
    server.always(
        S3FaultsTest::isComplete, request -> Response.error(409, "ConditionalRequestConflict"));
    assertFails(Kind.TRANSIENT, () -> put(PART + 1)).withMessageNotContaining("unknown");
    assertThat(server.requests("POST", "uploadId=").size()).isGreaterThan(100);
    assertThat(server.pendingUploads()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 412})
  void afterALostAnswerRefusalBecauseOfNothingIsTriedAgain(int status) throws Exception {
    server.once(S3FaultsTest::isComplete, request -> null);
    server.once(S3FaultsTest::isComplete, r -> Response.error(status, "PreconditionFailed"));
    put(PART + 1);
    assertThat(server.requests("POST", "uploadId=")).hasSize(3);
  }

  @Test
  void refusalBecauseOfAnObjectThatIsGoneIsNotTriedAgain() throws Exception {
    server.always(S3FaultsTest::isComplete, r -> Response.error(412, "PreconditionFailed"));
    assertFails(Kind.CONFLICT, () -> put(PART + 1));
    assertThat(server.requests("POST", "uploadId=")).hasSize(1);
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void unknownOutcomeIsSaidWhenNothingCanBeLookedUp() throws Exception {
    try (var pending = store.create(newObject())) {
      pending.write(Stores.bytes(PART + 1), 0, PART + 1);
      server.once(
          S3FaultsTest::isComplete,
          request -> {
            server.always(
                look -> look.is("HEAD", "") || look.is("GET", "list-type"),
                look -> new Response(403, "", Map.of()));
            return null;
          });
      assertFails(Kind.TRANSIENT, pending::commit).withMessageContaining("outcome unknown");
    }
    assertThat(server.requests("DELETE", "")).isEmpty();
  }

  @Test
  void serversWithoutConditionalWritesAreAskedWithout() throws Exception {
    server.once(
        request -> request.headers().containsKey("if-none-match"),
        request -> Response.error(501, "NotImplemented"));
    put(PART + 1);
    var sent = server.requests("POST", "uploadId=");
    assertThat(sent).hasSize(2);
    assertThat(sent.getFirst().headers()).containsEntry("if-none-match", "*");
    assertThat(sent.getLast().headers()).doesNotContainKey("if-none-match");
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  @Test
  void objectOfAnotherSizeThanSentIsAnIntegrityError() throws Exception {
    server.once(
        S3FaultsTest::isComplete,
        request -> {
          server.serve(request);
          server.truncate("data.one");
          return Response.ok("<CompleteMultipartUploadResult/>");
        });
    assertFails(Kind.INTEGRITY, () -> put(PART + 1))
        .withMessageContainingAll("5242880 bytes", "5242881 were sent", "remains");
  }

  // Parts.

  @Test
  void partThatFailsInPassingIsSentAgainWhole() throws Exception {
    server.once(request -> request.is("PUT", "partNumber=1"), request -> null);
    server.once(request -> request.is("PUT", "partNumber=1"), r -> Response.error(503, "SlowDown"));
    put(4 * PART);
    assertThat(server.requests("PUT", "partNumber=1&")).hasSize(3);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(4 * PART));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 2 * PART + 1})
  void tellsWheneverBytesGoToTheRemoteTheRepeatedOnesToo(int size) throws Exception {
    var moves = new AtomicInteger();
    var movesBeforeTheFailure = new AtomicInteger();
    server.once(
        request -> request.method().equals("PUT"),
        request -> {
          movesBeforeTheFailure.set(moves.get());
          return Response.error(500, "InternalError");
        });
    try (var pending = store.create(newObject())) {
      pending.whenMoved(moves::incrementAndGet);
      pending.write(Stores.bytes(size), 0, size);
      pending.commit();
    }
    assertThat(movesBeforeTheFailure).hasPositiveValue();
    assertThat(moves).hasValueGreaterThan(movesBeforeTheFailure.get());
  }

  @Test
  void partThatIsRefusedEndsTheUploadAndLeavesNothing() throws Exception {
    server.always(
        request -> request.is("PUT", "partNumber=2"), r -> Response.error(403, "AccessDenied"));
    assertFails(Kind.DENIED, () -> put(9 * PART))
        .withMessageContainingAll("part 2", "AccessDenied");
    assertThat(server.content("data.one")).isNull();
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void partThatFailsInAWayNobodyThoughtOfEndsTheUploadAtOnce() throws Exception {
    var odd = new IllegalStateException("odd");
    var throwing =
        new Pace() {
          @Override
          public long nanoTime() {
            return 0;
          }

          @Override
          public void sleep(Duration duration) {
            throw odd;
          }

          @Override
          public double random() {
            return 1;
          }
        };
    server.once(
        request -> request.is("PUT", "partNumber=1"), r -> Response.error(500, "InternalError"));
    try (var broken = stores.open(server.settings(), new Retries(Stores.RETRY_FOR, throwing));
        var pending = broken.create(newObject())) {
      pending.write(Stores.bytes(PART), 0, PART);
      assertThatThrownBy(
              () -> {
                while (true) {
                  pending.write(new byte[1], 0, 1);
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("data.one")
          .hasCause(odd);
    }
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void objectThatCannotFitIsRefusedBeforeItBegins() {
    assertFails(Kind.REFUSED, () -> store.create(new NewObject(KEY, Map.of(), Long.MAX_VALUE)))
        .withMessageContainingAll("5497558138880", "segment_size");
  }

  @Test
  void oneRequestCarriesWhatFitsOnePart() throws Exception {
    put(PART);
    assertThat(server.requests("POST", "")).isEmpty();
    assertThat(server.requests("PUT", "")).hasSize(1);
  }

  @Test
  void serversOtherThanAwsGetNoChecksumsThatTheyMightNotKnow() throws Exception {
    put(PART + 1);
    Stores.put(store, new ObjectKey("small"), 10);
    for (var method : List.of("PUT", "POST")) {
      assertThat(server.requests(method, ""))
          .allSatisfy(
              request -> {
                assertThat(request.headers().keySet())
                    .noneMatch(name -> name.contains("checksum") || name.contains("trailer"));
                assertThat(request.headers()).doesNotContainKey("x-amz-decoded-content-length");
              });
    }
  }

  @Test
  void abortIsRepeatedUntilNoPartIsLeft() throws Exception {
    var pending = store.create(newObject());
    pending.write(Stores.bytes(PART + 1), 0, PART + 1);
    server.once(
        request -> request.is("GET", "uploadId="),
        request ->
            Response.ok(
                "<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>"));
    server.once(
        request -> request.is("DELETE", "uploadId="), request -> new Response(204, "", Map.of()));
    pending.close();
    assertThat(server.requests("DELETE", "uploadId=")).hasSize(2);
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void closingInAnInterruptedThreadStillAborts() throws Exception {
    var pending = store.create(newObject());
    pending.write(Stores.bytes(PART + 1), 0, PART + 1);
    Thread.currentThread().interrupt();
    pending.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(server.pendingUploads()).isZero();
  }

  // Reading.

  @Test
  void shortBodyIsAnErrorAndNotTheEnd() throws Exception {
    try (var raw = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
        var broken = stores.open(raw.settings());
        var in = broken.open(KEY, 0)) {
      assertThat(in.readNBytes(4)).hasSize(4);
      assertFails(Kind.TRANSIENT, in::read).withMessageContaining("4 of 8 bytes");
    }
  }

  @Test
  void wholeObjectInAnswerToARangeIsRefused() {
    server.store("data.one", "0123456789");
    assertFails(Kind.REFUSED, () -> store.open(KEY, 5))
        .withMessageContaining("s3://bucket/data.one cannot be read from byte 5");
  }

  @Test
  void oneDenialDoesNotEndTheReadingOfMetadata() throws Exception {
    server.once(request -> request.is("HEAD", ""), request -> new Response(403, "", Map.of()));
    put(10);
    assertThat(store.find(KEY).orElseThrow().metadata()).isNotEmpty();
  }

  // Listing.

  @Test
  void serverTimeIsTheServersOwn() throws Exception {
    var body = listing(false, "");
    var answer =
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:01:00 GMT\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
    try (var raw = new RawServer(answer);
        var skewed = stores.open(raw.settings())) {
      assertThat(skewed.list().serverTime()).isEqualTo(Instant.ofEpochSecond(60));
    }
  }

  @Test
  void serverWithoutAClockHasNoTime() throws Exception {
    var body = listing(false, "");
    var answer = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    try (var raw = new RawServer(answer);
        var timeless = stores.open(raw.settings())) {
      assertThat(timeless.list().serverTime()).isNull();
    }
  }

  @Test
  void listingThatStopsInTheMiddleIsAnError() {
    server.always(request -> request.is("GET", "list-type"), r -> Response.ok(listing(true, "")));
    assertFails(Kind.INTEGRITY, store::list);
  }

  @Test
  void listingThatGoesInCirclesIsAnError() {
    server.always(
        request -> request.is("GET", "list-type"),
        request ->
            Response.ok(listing(true, "<NextContinuationToken>again</NextContinuationToken>")));
    assertFails(Kind.INTEGRITY, store::list);
  }

  @Test
  void listingWhoseSecondPageFailsIsAnError() {
    server.once(
        request -> request.is("GET", "list-type"),
        request ->
            Response.ok(listing(true, "<NextContinuationToken>next</NextContinuationToken>")));
    server.always(
        request -> request.is("GET", "continuation-token=next"),
        request -> Response.error(500, "InternalError"));
    assertFails(Kind.TRANSIENT, store::list).withMessageContaining("s3://bucket/");
  }

  // Unfinished uploads.

  @Test
  void unfinishedUploadsOfOnePageTakeOneRequest() throws Exception {
    server.once(
        S3FaultsTest::isListUploads,
        r ->
            Response.ok(uploads(false, upload("data.one", "u1") + upload("data%20two", "u2"), "")));
    assertThat(store.unfinishedUploads())
        .extracting(upload -> upload.key().value(), UnfinishedUpload::id)
        .containsExactly(tuple("data.one", "u1"), tuple("data%20two", "u2"));
    // Ceph encodes keys if it is asked to, and does not say so.
    assertThat(server.requests("GET", ""))
        .singleElement()
        .satisfies(request -> assertThat(request.query()).doesNotContain("encoding"));
  }

  @Test
  void unfinishedUploadsOfSeveralPagesAreAllListed() throws Exception {
    server.once(
        S3FaultsTest::isListUploads,
        r -> Response.ok(uploads(true, upload("a+b", "u1"), markers("a+b", "u1"))));
    server.once(
        S3FaultsTest::isListUploads,
        r -> Response.ok(uploads(true, upload("a+b", "u2"), markers("a+b", "u2"))));
    server.once(
        S3FaultsTest::isListUploads, r -> Response.ok(uploads(false, upload("c", "u3"), "")));
    assertThat(store.unfinishedUploads())
        .extracting(UnfinishedUpload::id)
        .containsExactly("u1", "u2", "u3");
    assertThat(server.requests("GET", "key-marker=a%2Bb&"))
        .extracting(request -> request.query().replaceAll(".*upload-id-marker=", ""))
        .containsExactly("u1", "u2");
  }

  @Test
  void listOfUnfinishedUploadsThatStopsOrGoesInCirclesIsAnError() {
    server.once(S3FaultsTest::isListUploads, r -> Response.ok(uploads(true, "", "")));
    assertFails(Kind.INTEGRITY, store::unfinishedUploads);
    server.always(
        S3FaultsTest::isListUploads, r -> Response.ok(uploads(true, "", markers("a", "u"))));
    assertFails(Kind.INTEGRITY, store::unfinishedUploads);
  }

  @Test
  void unfinishedUploadOutsideOfThePrefixIsAnError() throws Exception {
    var whole = server.settings();
    var settings = new S3Settings(whole.bucket(), "host1/", whole.endpoint());
    server.once(
        S3FaultsTest::isListUploads, r -> Response.ok(uploads(false, upload("host2/a", "u"), "")));
    try (var prefixed = stores.open(settings)) {
      assertFails(Kind.INTEGRITY, prefixed::unfinishedUploads).withMessageContaining("host2/a");
    }
  }

  @Test
  void serversThatCannotListUnfinishedUploadsSaySo() {
    server.once(S3FaultsTest::isListUploads, r -> Response.error(501, "NotImplemented"));
    assertFails(Kind.REFUSED, store::unfinishedUploads);
    server.once(S3FaultsTest::isListUploads, r -> Response.error(403, "AccessDenied"));
    assertFails(Kind.DENIED, store::unfinishedUploads);
  }

  @Test
  void droppingAnUnfinishedUploadLooksUntilNoPartIsLeft() throws Exception {
    server.once(
        request -> request.is("DELETE", "uploadId=u1"), r -> new Response(204, "", Map.of()));
    server.once(
        request -> request.is("GET", "uploadId=u1"),
        r ->
            Response.ok(
                "<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>"));
    store.abort(new UnfinishedUpload(KEY, "u1", Instant.EPOCH));
    assertThat(server.requests("DELETE", "uploadId=u1")).hasSize(2);
  }

  // Deleting. Invariant 2: per-key errors are read.

  @Test
  void reportsWhatBecameOfEachKey() throws Exception {
    server.once(
        request -> request.is("POST", "delete"),
        request ->
            Response.ok(
                "<DeleteResult><Deleted><Key>gone</Key></Deleted>"
                    + "<Error><Key>locked</Key><Code>AccessDenied</Code>"
                    + "<Message>worm</Message></Error></DeleteResult>"));
    var gone = new ObjectKey("gone");
    var locked = new ObjectKey("locked");
    var forgotten = new ObjectKey("forgotten");

    var report = store.delete(List.of(gone, locked, forgotten));

    assertThat(report.deleted()).containsExactly(gone);
    assertThat(report.failed()).containsOnlyKeys(locked, forgotten);
    assertThat(report.failed())
        .hasEntrySatisfying(locked, failure -> assertThat(failure.kind()).isEqualTo(Kind.DENIED))
        .hasEntrySatisfying(
            forgotten, failure -> assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT));
    var sent = server.requests("POST", "delete").getFirst();
    assertThat(sent.headers()).containsKey("content-md5");
    assertThat(sent.body()).doesNotContain("<Quiet>true");
  }

  @Test
  void batchThatFailsDoesNotStopTheOthers() throws Exception {
    var keys = IntStream.range(0, 2500).mapToObj(i -> new ObjectKey("key." + i)).toList();
    server.once(request -> request.is("POST", "delete"), r -> Response.error(403, "AccessDenied"));
    server.always(request -> request.is("POST", "delete"), S3FaultsTest::deleteAll);

    var report = store.delete(keys);

    assertThat(report.failed()).hasSize(1000);
    assertThat(report.deleted()).containsExactlyElementsOf(keys.subList(1000, 2500));
  }

  @Test
  void deleteThatIsNeverAnsweredThrows() {
    server.always(
        request -> request.is("POST", "delete"), r -> Response.error(404, "NoSuchBucket"));
    assertFails(Kind.NOT_FOUND, () -> store.delete(List.of(KEY)));
  }

  // How the tests speak.

  private static boolean isComplete(Request request) {
    return request.is("POST", "uploadId=");
  }

  private static boolean isPut(Request request) {
    return request.method().equals("PUT") && !request.query().contains("partNumber");
  }

  private @Nullable Response performAndLose(Request request) {
    server.serve(request);
    return null;
  }

  private static Response deleteAll(Request request) {
    return Response.ok(
        "<DeleteResult>"
            + request
                .body()
                .replaceAll("^.*?(?=<Object>)|</Delete>|<Quiet>.*?</Quiet>", "")
                .replace("Object>", "Deleted>")
            + "</DeleteResult>");
  }

  private static Response withStatus(int status, Response response) {
    return new Response(status, response.body(), response.headers());
  }

  private static String listing(boolean truncated, String more) {
    return "<ListBucketResult><IsTruncated>"
        + truncated
        + "</IsTruncated>"
        + more
        + "</ListBucketResult>";
  }

  private static boolean isListUploads(Request request) {
    return request.is("GET", "uploads");
  }

  private static String uploads(boolean truncated, String uploads, String more) {
    return "<ListMultipartUploadsResult><IsTruncated>%s</IsTruncated>%s%s</ListMultipartUploadsResult>"
        .formatted(truncated, uploads, more);
  }

  private static String upload(String key, String id) {
    return "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>2026-01-31T12:00:00Z</Initiated></Upload>"
        .formatted(key, id);
  }

  private static String markers(String key, String id) {
    return "<NextKeyMarker>%s</NextKeyMarker><NextUploadIdMarker>%s</NextUploadIdMarker>"
        .formatted(key, id);
  }

  private static NewObject newObject() {
    return new NewObject(KEY, Map.of(), 0);
  }

  private StoredObject put(int size) throws IOException, InterruptedException {
    return Stores.put(store, KEY, size);
  }
}
