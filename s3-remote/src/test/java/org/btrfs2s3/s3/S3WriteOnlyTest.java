package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.s3.Stores.PART;
import static org.btrfs2s3.s3.Stores.assertFails;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.s3.ScriptedServer.Request;
import org.btrfs2s3.s3.ScriptedServer.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Credentials that may write and list, but not read: HEAD is denied, and what became of a commit
 * shows in a listing only. Invariants 1 and 11.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3WriteOnlyTest {

  private static final ObjectKey KEY = new ObjectKey("data.one");
  private static final int[] SIZES = {10, PART + 1};

  private final Stores stores = new Stores();
  private ScriptedServer server;
  private BackupStore store;

  @BeforeEach
  void open() throws Exception {
    server = new ScriptedServer();
    server.setLastModified(Instant.now().plusSeconds(60));
    server.always(
        request -> request.method().equals("HEAD") && !request.key().isEmpty(),
        request -> new Response(403, "", Map.of()));
    store = stores.open(server.settings());
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @Test
  void uploadsAndFindsByListing() throws Exception {
    for (int size : SIZES) {
      var key = new ObjectKey("size." + size);
      assertThat(store.find(key)).isEmpty();
      assertThat(Stores.put(store, key, size).size()).isEqualTo(size);
      assertThat(store.find(key).orElseThrow().object().size()).isEqualTo(size);
    }
    assertFails(Kind.CONFLICT, () -> Stores.put(store, new ObjectKey("size.10"), 10));
    // Two were enough to know.
    assertThat(server.requests("HEAD", "")).hasSize(2);
  }

  @Test
  void anotherKeyThatBeginsAlikeIsAnother() throws Exception {
    server.store("data.one.more", "theirs");
    assertThat(store.find(KEY)).isEmpty();
    Stores.put(store, KEY, 10);
    assertThat(server.content("data.one.more")).isEqualTo("theirs");
  }

  @Test
  void lostAnswerIsSuccessIfTheObjectHasOurBytes() throws Exception {
    for (int size : SIZES) {
      var key = new ObjectKey("size." + size);
      server.once(S3WriteOnlyTest::publishes, this::performAndLose);
      assertThat(Stores.put(store, key, size).size()).isEqualTo(size);
      server.forgetParts();
    }
    assertThat(server.requests("DELETE", "")).isEmpty();
  }

  @Test
  void lostRequestIsSentAgain() throws Exception {
    server.once(S3WriteOnlyTest::publishes, request -> null);
    Stores.put(store, KEY, PART + 1);
    assertThat(server.content("data.one")).isEqualTo(Stores.text(PART + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, PART + 1})
  void objectOfTheSameSizeWithOtherBytesIsNotClaimed(int size) {
    loseTo("x".repeat(size));
    assertUnknown(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, PART + 1})
  void objectOfAnotherSizeIsAConflict(int size) {
    loseTo("theirs");
    assertFails(Kind.CONFLICT, () -> Stores.put(store, KEY, size));
    assertThat(server.content("data.one")).isEqualTo("theirs");
  }

  @Test
  void refusalBecauseOfAnotherObjectIsAConflictWhateverItLooksLike() {
    server.once(
        S3WriteOnlyTest::publishes,
        request -> {
          server.store("data.one", Stores.text(PART + 1));
          return Response.error(412, "PreconditionFailed");
        });
    assertFails(Kind.CONFLICT, () -> Stores.put(store, KEY, PART + 1));
    assertThat(server.pendingUploads()).isZero();
  }

  @Test
  void withUnusualETagsTheTimeTells() throws Exception {
    server.useUnusualETags();
    server.once(S3WriteOnlyTest::publishes, this::performAndLose);
    assertThat(Stores.put(store, KEY, PART + 1).size()).isEqualTo(PART + 1);
  }

  @Test
  void withUnusualETagsAnOlderObjectIsNotClaimed() {
    server.useUnusualETags();
    server.setLastModified(Instant.now().minusSeconds(3600));
    server.once(S3WriteOnlyTest::publishes, this::performAndLose);
    assertUnknown(PART + 1);
  }

  @Test
  void acknowledgedObjectWithAnotherETagIsNotClaimed() {
    server.once(
        S3WriteOnlyTest::publishes,
        request -> {
          var answer = server.serve(request);
          server.store("data.one", "x".repeat(PART + 1));
          return answer;
        });
    assertUnknown(PART + 1);
  }

  private static boolean publishes(Request request) {
    return request.is("POST", "uploadId=")
        || (request.method().equals("PUT") && !request.query().contains("partNumber"));
  }

  private @Nullable Response performAndLose(Request request) {
    server.serve(request);
    return null;
  }

  /** Somebody else's object comes, and we hear nothing. */
  private void loseTo(String bytes) {
    server.once(
        S3WriteOnlyTest::publishes,
        request -> {
          server.store("data.one", bytes);
          return null;
        });
  }

  private ThrowableAssertAlternative<RemoteException> assertUnknown(int size) {
    var failure =
        assertFails(Kind.TRANSIENT, () -> Stores.put(store, KEY, size))
            .withMessageContainingAll("outcome unknown", "GetObject");
    assertThat(server.content("data.one")).isNotNull();
    assertThat(server.requests("DELETE", "")).isEmpty();
    return failure;
  }
}
