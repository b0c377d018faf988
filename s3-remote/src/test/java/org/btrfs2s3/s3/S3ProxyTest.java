package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the contract leaves out, against a server that checks signatures and certificates. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class S3ProxyTest {

  private static final ObjectKey KEY = new ObjectKey("data.one");
  private static final String BUCKET = "backups";
  private static final int PART = Stores.PART;

  @TempDir private static Path directory;
  private static TestCertificate certificate;
  private static S3ProxyServer plain;
  private static S3ProxyServer secure;

  @BeforeAll
  static void startServers() throws Exception {
    certificate = TestCertificate.create(directory);
    plain = S3ProxyServer.start(directory.resolve("objects"));
    plain.createBucket(BUCKET);
    secure = S3ProxyServer.start(certificate);
    secure.createBucket(BUCKET);
  }

  @AfterAll
  static void stopServers() {
    plain.close();
    secure.close();
  }

  @Test
  void wrongSecretIsDeniedAndNotPrinted() throws Exception {
    var good = plain.settings(BUCKET, "");
    var key = new AccessKey(plain.accessKey(), "wrong-secret");
    var bad =
        new S3Settings(
            BUCKET,
            "",
            new S3Endpoint(null, null, key, plain.endpoint(), new TlsVerification.On()));
    try (var store = new Stores().open(bad)) {
      assertFails(Kind.DENIED, store::list)
          .withMessageContainingAll("s3://backups/", "aws_secret_access_key")
          .withMessageNotContaining("wrong-secret");
      assertFails(Kind.DENIED, () -> store.find(KEY));
      assertFails(Kind.DENIED, () -> store.create(new NewObject(KEY, Map.of(), 0)));
    }
    try (var store = new Stores().open(good)) {
      assertThat(store.find(new ObjectKey("none"))).isEmpty();
    }
  }

  @Test
  void missingBucketIsNotFoundAndNotEmpty() throws Exception {
    try (var store = new Stores().open(plain.settings("no-such-bucket", ""))) {
      assertFails(Kind.NOT_FOUND, store::list).withMessageContaining("no-such-bucket");
      assertFails(Kind.NOT_FOUND, () -> store.find(KEY)).withMessageContaining("no-such-bucket");
      assertFails(Kind.NOT_FOUND, () -> store.open(KEY, 0));
      assertFails(Kind.NOT_FOUND, () -> put(store, KEY, 10));
      assertFails(Kind.NOT_FOUND, () -> put(store, KEY, PART + 1));
    }
  }

  @Test
  void unreachableServerIsTransient() throws Exception {
    var gone = S3ProxyServer.start();
    var settings = gone.settings(BUCKET, "");
    gone.close();
    try (var store = new Stores().open(settings)) {
      assertFails(Kind.TRANSIENT, store::list);
    }
  }

  @Test
  void placeholderOfThePrefixIsNoObject() throws Exception {
    try (var whole = new Stores().open(plain.settings(BUCKET, ""));
        var part = new Stores().open(plain.settings(BUCKET, "host3.backup/"))) {
      put(whole, new ObjectKey("host3.backup/data.one"), 1);
      assertThat(part.list().objects()).singleElement().extracting(o -> o.key()).isEqualTo(KEY);
      assertThat(whole.list().objects())
          .extracting(o -> o.key().value())
          .contains("host3.backup/data.one");
    }
  }

  // Invariant 1: what is not committed leaves no upload behind, in whichever way it ends.

  @Test
  void abortedUploadsLeaveNoParts() throws Exception {
    plain.createBucket("aborted");
    var store = new Stores().open(plain.settings("aborted", ""));
    var content = new byte[3 * PART + 1];
    var first = store.create(new NewObject(KEY, Map.of(), 0));
    first.write(content, 0, content.length);
    var second = store.create(new NewObject(new ObjectKey("data.two"), Map.of(), 0));
    second.write(content, 0, content.length);
    assertThat(plain.pendingUploads("aborted")).isEqualTo(2);

    first.close();
    assertThat(plain.pendingUploads("aborted")).isEqualTo(1);
    store.close();
    assertThat(plain.pendingUploads("aborted")).isZero();
  }

  @Test
  void refusedCommitLeavesNoParts() throws Exception {
    plain.createBucket("refused");
    try (var store = new Stores().open(plain.settings("refused", ""))) {
      try (var late = store.create(new NewObject(KEY, Map.of(), 0))) {
        late.write(new byte[PART + 1], 0, PART + 1);
        put(store, KEY, 10);
        assertFails(Kind.CONFLICT, late::commit);
      }
      assertThat(plain.pendingUploads("refused")).isZero();
      assertThat(store.find(KEY).orElseThrow().object().size()).isEqualTo(10);
    }
  }

  @Test
  void checksumsForAwsAreAccepted() throws Exception {
    var settings = plain.settings(BUCKET, "checksums/");
    var aws = Provider.of(new S3Endpoint(null, null, null, null, new TlsVerification.On()));
    try (var store = new Stores().open(settings, aws)) {
      for (int size : new int[] {0, 10, PART, PART + 1, 4 * PART + 7}) {
        var key = new ObjectKey("size." + size);
        put(store, key, size);
        assertThat(store.find(key).orElseThrow().object().size()).isEqualTo(size);
      }
    }
  }

  // Certificates.

  @Test
  void unknownCertificateIsRefused() throws Exception {
    try (var store = openSecure(new TlsVerification.On())) {
      assertFails(Kind.REFUSED, store::list).withMessageContaining("verify");
    }
  }

  @Test
  void unknownCertificateIsAcceptedWithoutVerification() throws Exception {
    try (var store = openSecure(new TlsVerification.Off())) {
      put(store, new ObjectKey("unverified"), PART + 1);
      assertThat(store.find(new ObjectKey("unverified"))).isPresent();
    }
  }

  @Test
  void certificateIsAcceptedThroughItsCaFile() throws Exception {
    try (var store = openSecure(new TlsVerification.CaFile(certificate.pem()))) {
      put(store, new ObjectKey("verified"), PART + 1);
      assertThat(store.find(new ObjectKey("verified"))).isPresent();
    }
  }

  @Test
  void caFileOfSomebodyElseIsNotEnough() throws Exception {
    var other = TestCertificate.create(Files.createTempDirectory(directory, "other"));
    try (var store = openSecure(new TlsVerification.CaFile(other.pem()))) {
      assertFails(Kind.REFUSED, store::list);
    }
  }

  private static BackupStore openSecure(TlsVerification verify) throws Exception {
    return new Stores().open(secure.settings(BUCKET, "", verify));
  }

  private static void put(BackupStore store, ObjectKey key, int size) throws Exception {
    try (var pending = store.create(new NewObject(key, Map.of(), 0))) {
      pending.write(new byte[size], 0, size);
      pending.commit();
    }
  }

  private static ThrowableAssertAlternative<RemoteException> assertFails(
      Kind kind, ThrowingCallable call) {
    return assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
