package org.btrfs2s3.s3;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * One bucket and prefix: each method is one request, its errors sorted. {@link #put} and {@link
 * #complete}, which publish, are sent only once each and throw the SDK's own exception, because
 * {@link Commit} has to know exactly what happened.
 */
final class S3Bucket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(S3Bucket.class);
  private static final int ABORT_ATTEMPTS = 5;
  private static final String BINARY = "application/octet-stream";

  private final S3Settings settings;
  private final S3Clients clients;
  private final Timing timing;
  private final boolean checksums;
  private volatile boolean conditional = true;

  /**
   * @param checksums whether the server knows {@code x-amz-checksum-crc32c}
   */
  S3Bucket(S3Settings settings, S3Clients clients, Timing timing, boolean checksums) {
    this.settings = settings;
    this.clients = clients;
    this.timing = timing;
    this.checksums = checksums;
  }

  S3Settings settings() {
    return settings;
  }

  Timing timing() {
    return timing;
  }

  ListObjectsV2Response page(@Nullable String continuationToken)
      throws RemoteException, InterruptedException {
    return call(
        "list " + settings.location(),
        () ->
            clients
                .retrying()
                .listObjectsV2(
                    r ->
                        r.bucket(settings.bucket())
                            .prefix(settings.prefix())
                            // XML cannot carry every character that a key may hold.
                            .encodingType(EncodingType.URL)
                            .continuationToken(continuationToken)));
  }

  /** The bucket is there and may be looked at; HEAD on a key cannot tell that it is not. */
  void requireExists() throws RemoteException, InterruptedException {
    call(
        "find bucket " + settings.bucket(),
        () -> clients.retrying().headBucket(r -> r.bucket(settings.bucket())));
  }

  Optional<HeadObjectResponse> head(ObjectKey key) throws RemoteException, InterruptedException {
    return call(
        "look up " + settings.location(key),
        () -> {
          try {
            return Optional.of(
                clients
                    .retrying()
                    .headObject(r -> r.bucket(settings.bucket()).key(settings.fullKey(key))));
          } catch (SdkException e) {
            if (S3Errors.isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** Nothing if the offset is not within the object. */
  Optional<ResponseInputStream<GetObjectResponse>> get(ObjectKey key, long offset)
      throws RemoteException, InterruptedException {
    // No range for the whole: an empty object has none.
    var range = offset == 0 ? null : "bytes=" + offset + "-";
    return call(
        "read " + settings.location(key),
        () -> {
          try {
            return Optional.of(
                clients
                    .retrying()
                    .getObject(
                        r -> r.bucket(settings.bucket()).key(settings.fullKey(key)).range(range)));
          } catch (SdkException e) {
            if (S3Errors.isRangeBeyondEnd(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  DeleteObjectsResponse delete(List<ObjectKey> keys) throws RemoteException, InterruptedException {
    var objects =
        keys.stream()
            .map(key -> ObjectIdentifier.builder().key(settings.fullKey(key)).build())
            .toList();
    return call(
        "delete " + keys.size() + " objects of " + settings.location(),
        () ->
            clients
                .retrying()
                .deleteObjects(
                    r -> r.bucket(settings.bucket()).delete(d -> d.objects(objects).quiet(false))));
  }

  Upload createUpload(ObjectKey key, Map<String, String> metadata)
      throws RemoteException, InterruptedException {
    var response =
        call(
            "begin to upload " + settings.location(key),
            () ->
                clients
                    .retrying()
                    .createMultipartUpload(
                        r -> {
                          r.bucket(settings.bucket()).key(settings.fullKey(key));
                          r.metadata(metadata).contentType(BINARY);
                          if (checksums) {
                            r.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
                            r.checksumType(ChecksumType.FULL_OBJECT);
                          }
                        }));
    return new Upload(key, response.uploadId());
  }

  /** Sends the first bytes of an array; it may be reused when this returns or throws. */
  CompletedPart uploadPart(Upload upload, int number, byte[] content, int length)
      throws RemoteException, InterruptedException {
    var checksum = checksums ? Crc32c.of(content, length) : null;
    var response =
        call(
            "upload part " + number + " of " + settings.location(upload.key()),
            () ->
                clients
                    .retrying()
                    .uploadPart(
                        r ->
                            r.bucket(settings.bucket())
                                .key(settings.fullKey(upload.key()))
                                .uploadId(upload.id())
                                .partNumber(number)
                                .checksumCRC32C(checksum)
                                .overrideConfiguration(
                                    o -> o.apiCallAttemptTimeout(timing.attemptWith(length))),
                        body(content, length)));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(response.eTag())
        .checksumCRC32C(checksum)
        .build();
  }

  /** Publishes a whole object, if there is none with the key. Sent once. */
  void put(ObjectKey key, Map<String, String> metadata, byte[] content, int length) {
    var checksum = checksums ? Crc32c.of(content, length) : null;
    ifAbsent(
        condition ->
            clients
                .once()
                .putObject(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(key))
                            .metadata(metadata)
                            .contentType(BINARY)
                            .checksumCRC32C(checksum)
                            .ifNoneMatch(condition)
                            .overrideConfiguration(
                                o -> o.apiCallAttemptTimeout(timing.attemptWith(length))),
                    body(content, length)));
  }

  /**
   * Publishes an upload, if there is no object with the key. Sent once.
   *
   * @param checksum of the whole object
   * @param size of the whole object in bytes
   */
  void complete(Upload upload, List<CompletedPart> parts, String checksum, long size) {
    ifAbsent(
        condition ->
            clients
                .once()
                .completeMultipartUpload(
                    r -> {
                      r.bucket(settings.bucket()).key(settings.fullKey(upload.key()));
                      r.uploadId(upload.id()).multipartUpload(m -> m.parts(parts));
                      r.ifNoneMatch(condition);
                      if (checksums) {
                        r.checksumCRC32C(checksum).checksumType(ChecksumType.FULL_OBJECT);
                        r.mpuObjectSize(size);
                      }
                    }));
  }

  /** Servers without conditional writes answer 501 or 400: they are asked without, then. */
  private void ifAbsent(Consumer<@Nullable String> request) {
    if (!conditional) {
      request.accept(null);
      return;
    }
    try {
      request.accept("*");
    } catch (SdkException e) {
      if (!S3Errors.isConditionUnsupported(e)) {
        throw e;
      }
      request.accept(null);
      conditional = false;
      LOG.debug("{} has no conditional writes: {}", settings.location(), e.getMessage());
    }
  }

  /** Markers as the page before gave them; both are null for the first page. */
  ListMultipartUploadsResponse uploadsPage(@Nullable String keyMarker, @Nullable String idMarker)
      throws RemoteException, InterruptedException {
    return call(
        "list the unfinished uploads of " + settings.location(),
        () ->
            clients
                .retrying()
                .listMultipartUploads(
                    r ->
                        r.bucket(settings.bucket())
                            .prefix(settings.prefix())
                            .encodingType(EncodingType.URL)
                            .keyMarker(keyMarker)
                            .uploadIdMarker(idMarker)));
  }

  /**
   * Drops an upload, and looks until nothing is left of it: a part that arrived late outlives the
   * first abort, and costs money.
   */
  void abort(Upload upload) throws RemoteException, InterruptedException {
    for (int attempt = 1; attempt <= ABORT_ATTEMPTS; attempt++) {
      if (!abortOnce(upload) || !hasParts(upload)) {
        return;
      }
      timing.pauseAfter(attempt);
    }
    throw new RemoteException(
        Kind.TRANSIENT, "parts remain after aborting " + ABORT_ATTEMPTS + " times");
  }

  /** Whether the upload was still there. */
  private boolean abortOnce(Upload upload) throws RemoteException, InterruptedException {
    return unlessGone(
        "abort the upload of " + settings.location(upload.key()),
        () -> {
          clients
              .retrying()
              .abortMultipartUpload(
                  r ->
                      r.bucket(settings.bucket())
                          .key(settings.fullKey(upload.key()))
                          .uploadId(upload.id()));
          return true;
        });
  }

  private boolean hasParts(Upload upload) throws RemoteException, InterruptedException {
    return unlessGone(
        "list the parts of " + settings.location(upload.key()),
        () ->
            !clients
                .retrying()
                .listParts(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(upload.key()))
                            .uploadId(upload.id()))
                .parts()
                .isEmpty());
  }

  private boolean unlessGone(String attempted, Supplier<Boolean> request)
      throws RemoteException, InterruptedException {
    return call(
        attempted,
        () -> {
          try {
            return request.get();
          } catch (SdkException e) {
            if (S3Errors.isUploadGone(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  private static RequestBody body(byte[] content, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(content, 0, length), length, BINARY);
  }

  private static <T> T call(String attempted, Supplier<T> request)
      throws RemoteException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      return request.get();
    } catch (SdkException e) {
      rethrowInterruption(e);
      throw S3Errors.translate(attempted, e);
    }
  }

  /** The SDK leaves the thread's flag up in some cases and down in others. */
  static void rethrowInterruption(SdkException failure) throws InterruptedException {
    if (S3Errors.isInterruption(failure)) {
      Thread.interrupted();
      var interruption = new InterruptedException(failure.getMessage());
      interruption.initCause(failure);
      throw interruption;
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
