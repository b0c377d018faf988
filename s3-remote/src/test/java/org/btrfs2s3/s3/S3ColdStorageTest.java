package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.s3.Stores.assertFails;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.Archive;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ColdStorage;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.ObjectState;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.RetrievalTier;
import org.btrfs2s3.s3.ScriptedServer.Request;
import org.btrfs2s3.s3.ScriptedServer.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that S3 does not give out before they were restored, by what its documentation says. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3ColdStorageTest {

  private static final ObjectKey KEY = new ObjectKey("data.one");

  private final Stores stores = new Stores();
  private ScriptedServer server;
  private BackupStore store;
  private ColdStorage cold;

  @BeforeEach
  void open() throws Exception {
    server = new ScriptedServer();
    store = stores.open(server.settings());
    cold = store.coldStorage().orElseThrow();
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private void head(
      @Nullable String storageClass, @Nullable String archive, @Nullable String restore) {
    var headers = new HashMap<>(Map.of("ETag", "\"e\""));
    put(headers, "x-amz-storage-class", storageClass);
    put(headers, "x-amz-archive-status", archive);
    put(headers, "x-amz-restore", restore);
    server.once(r -> r.method().equals("HEAD"), r -> new Response(200, "", headers));
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private void getIsRefused() {
    server.always(
        r -> r.method().equals("GET") && r.key().equals(KEY.value()),
        r -> Response.error(403, "InvalidObjectState"));
  }

  private void thawIsAnswered(Response answer) {
    server.once(S3ColdStorageTest::isThaw, r -> answer);
  }

  private static boolean isThaw(Request request) {
    return request.is("POST", "restore");
  }

  private String thawRequest() {
    return server.requests("POST", "restore").getLast().body();
  }

  @ParameterizedTest
  @CsvSource({
    "STANDARD, false",
    "STANDARD_IA, false",
    "GLACIER_IR, false",
    "GLACIER, true",
    "DEEP_ARCHIVE, true",
    "INTELLIGENT_TIERING, true",
    ", false",
  })
  void knowsTheClassesThatMayBeFrozen(@Nullable String storageClass, boolean may) {
    assertThat(cold.mayBeFrozen(storageClass)).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({
    "GLACIER, , GLACIER",
    "DEEP_ARCHIVE, , DEEP_ARCHIVE",
    "INTELLIGENT_TIERING, ARCHIVE_ACCESS, ARCHIVE_ACCESS",
    "INTELLIGENT_TIERING, DEEP_ARCHIVE_ACCESS, DEEP_ARCHIVE_ACCESS",
  })
  void tellsFrozenAndThawingObjectsByTheirHeaders(
      String storageClass, @Nullable String status, Archive archive) throws Exception {
    getIsRefused();
    head(storageClass, status, null);
    assertThat(cold.state(KEY)).isEqualTo(new ObjectState.Frozen(archive));
    head(storageClass, status, "ongoing-request=\"true\"");
    assertThat(cold.state(KEY)).isEqualTo(new ObjectState.Thawing(archive));
  }

  @Test
  void tellsUntilWhenACopyStays() throws Exception {
    head(
        "GLACIER",
        null,
        "ongoing-request=\"false\", expiry-date=\"Fri, 13 Feb 2026 00:00:00 GMT\"");
    assertThat(cold.state(KEY))
        .isEqualTo(new ObjectState.Available(Instant.parse("2026-02-13T00:00:00Z")));

    head("GLACIER", null, "ongoing-request=\"false\", expiry-date=\"one day\"");
    assertThat(cold.state(KEY)).isEqualTo(new ObjectState.Available(null));
    assertThat(server.requests("GET", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"})
  void everythingElseIsReadable(String storageClass) throws Exception {
    head(storageClass.isEmpty() ? null : storageClass, null, null);

    assertThat(cold.state(KEY)).isEqualTo(new ObjectState.Available(null));
    assertThat(server.requests("GET", "")).isEmpty();
  }

  /** A class of one's own server may have any name. */
  @Test
  void archiveThatIsNoneIsReadable() throws Exception {
    server.store(KEY.value(), "content");
    head("GLACIER", null, null);

    assertThat(cold.state(KEY)).isEqualTo(new ObjectState.Available(null));
  }

  @Test
  void missingObjectHasNoState() {
    assertFails(Kind.NOT_FOUND, () -> cold.state(KEY)).withMessageContaining(KEY.value());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202})
  void asksForACopyForSomeDays(int status) throws Exception {
    thawIsAnswered(new Response(status, "", Map.of()));
    cold.thaw(KEY, Archive.GLACIER, RetrievalTier.BULK, 3);

    assertThat(thawRequest())
        .contains("<Days>3</Days>")
        .contains("<GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters>");
  }

  @Test
  void whatComesBackForGoodTakesNoDays() throws Exception {
    thawIsAnswered(new Response(202, "", Map.of()));
    cold.thaw(KEY, Archive.ARCHIVE_ACCESS, RetrievalTier.EXPEDITED, 3);

    assertThat(thawRequest()).contains("<Tier>Expedited</Tier>").doesNotContain("Days");
  }

  @Test
  void thawThatIsUnderWayIsAsGood() throws Exception {
    thawIsAnswered(Response.error(409, "RestoreAlreadyInProgress"));
    cold.thaw(KEY, Archive.DEEP_ARCHIVE, RetrievalTier.STANDARD, 7);

    assertThat(server.requests("POST", "restore")).hasSize(1);
  }

  @Test
  void lostAnswerIsAskedForAgain() throws Exception {
    server.once(S3ColdStorageTest::isThaw, r -> null);
    thawIsAnswered(Response.error(503, "SlowDown"));
    thawIsAnswered(Response.error(409, "RestoreAlreadyInProgress"));
    cold.thaw(KEY, Archive.DEEP_ARCHIVE, RetrievalTier.STANDARD, 7);

    assertThat(server.requests("POST", "restore")).hasSize(3);
  }

  @Test
  void tierThatTheArchiveDoesNotHaveIsNeverSent() {
    for (var deep : new Archive[] {Archive.DEEP_ARCHIVE, Archive.DEEP_ARCHIVE_ACCESS}) {
      assertFails(Kind.REFUSED, () -> cold.thaw(KEY, deep, RetrievalTier.EXPEDITED, 7))
          .withMessageContaining("expedited");
    }
    assertThat(server.requests("POST", "")).isEmpty();
  }

  /** It is no use to wait for it as for other troubles: standard would be there sooner. */
  @Test
  void lackOfCapacityIsToldAtOnce() {
    thawIsAnswered(Response.error(503, "GlacierExpeditedRetrievalNotAvailable"));

    assertFails(Kind.REFUSED, () -> cold.thaw(KEY, Archive.GLACIER, RetrievalTier.EXPEDITED, 7))
        .withMessageContaining("--tier standard");
    assertThat(server.requests("POST", "restore")).hasSize(1);
  }

  @Test
  void missingPermissionIsNamed() {
    thawIsAnswered(Response.error(403, "AccessDenied"));

    assertFails(Kind.DENIED, () -> cold.thaw(KEY, Archive.GLACIER, RetrievalTier.STANDARD, 7))
        .withMessageContaining("s3:RestoreObject")
        .withMessageContaining(KEY.value());
  }

  @Test
  void readingAFrozenObjectSaysWhatToDo() {
    getIsRefused();

    assertFails(Kind.FROZEN, () -> store.open(KEY, 0))
        .withMessageContaining(KEY.value())
        .withMessageContaining("restore --thaw");
    assertThat(server.requests("GET", "")).hasSize(1);
  }

  /** The copy went while it was read. */
  @Test
  void objectThatFreezesWhileItIsReadSaysSo() throws Exception {
    server.once(
        r -> r.method().equals("GET"),
        r -> new Response(200, "0123456789", Map.of("ETag", "\"e\"")).brokenOffAfter(4));
    getIsRefused();
    try (var in = store.open(KEY, 0)) {
      assertFails(Kind.FROZEN, in::readAllBytes).withMessageContaining("restore --thaw");
    }
  }
}
