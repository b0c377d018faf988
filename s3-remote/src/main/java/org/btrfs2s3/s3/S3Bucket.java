package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
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
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

/**
 * One bucket and prefix: each method is one request, repeated where that can help, its errors
 * sorted. {@link #put} and {@link #complete}, which publish, and {@link #get}, which goes on where
 * another one broke off, are sent only once each: their callers repeat them, because they have to
 * know exactly what happened.
 */
final class S3Bucket implements AutoCloseable {

  private static final String BINARY = "application/octet-stream";

  private final S3Settings settings;
  private final S3Connection connection;
  private final Provider provider;
  private final Requests requests;
  private final ConditionalWrites writes;

  /** Of CopyObject, for which not every server with conditional writes has them. */
  private final ConditionalWrites copies;

  S3Bucket(S3Settings settings, S3Connection connection, Provider provider, Retries retries) {
    this.settings = settings;
    this.connection = connection;
    this.provider = provider;
    this.requests = new Requests(retries);
    this.writes = new ConditionalWrites(settings.location(), provider.conditionalWrites());
    this.copies = new ConditionalWrites(settings.location(), provider.conditionalWrites());
  }

  S3Settings settings() {
    return settings;
  }

  Provider provider() {
    return provider;
  }

  /** For requests that are sent only once by themselves. */
  Requests requests() {
    return requests;
  }

  Retries retries() {
    return requests.retries();
  }

  /**
   * @param prefix the whole beginning of the keys wanted
   * @param patience how long it may fail
   */
  ListObjectsV2Response page(String prefix, @Nullable String continuationToken, Duration patience)
      throws RemoteException, InterruptedException {
    return requests.send(
        "list " + settings.location(),
        patience,
        () ->
            connection
                .s3()
                .listObjectsV2(
                    r ->
                        r.bucket(settings.bucket())
                            .prefix(prefix)
                            // XML cannot carry every character that a key may hold.
                            .encodingType(EncodingType.URL)
                            .continuationToken(continuationToken)));
  }

  /** The bucket is there and may be looked at; HEAD on a key cannot tell that it is not. */
  void requireExists() throws RemoteException, InterruptedException {
    requests.send(
        "find bucket " + settings.bucket(),
        () -> connection.s3().headBucket(r -> r.bucket(settings.bucket())));
  }

  Optional<HeadObjectResponse> head(ObjectKey key) throws RemoteException, InterruptedException {
    return requests.send(
        "look up " + settings.location(key),
        () -> {
          try {
            return Optional.of(
                connection
                    .s3()
                    .headObject(r -> r.bucket(settings.bucket()).key(settings.fullKey(key))));
          } catch (SdkException e) {
            if (S3Errors.isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /**
   * Sent once.
   *
   * @param range null for the whole: an empty object has none
   * @param etag that the object must have; null for any
   */
  ResponseInputStream<GetObjectResponse> get(
      ObjectKey key, @Nullable String range, @Nullable String etag) {
    return connection
        .s3()
        .getObject(
            r -> r.bucket(settings.bucket()).key(settings.fullKey(key)).range(range).ifMatch(etag));
  }

  /**
   * Asks for a readable copy of a frozen object. One that is on its way already is as good.
   *
   * @param days for how long it stays; null where the object comes back for good
   */
  void thaw(ObjectKey key, Tier tier, @Nullable Integer days)
      throws RemoteException, InterruptedException {
    requests.send(
        "thaw " + settings.location(key),
        () -> {
          try {
            return connection
                .s3()
                .restoreObject(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(key))
                            .restoreRequest(
                                how -> how.days(days).glacierJobParameters(job -> job.tier(tier))));
          } catch (SdkException e) {
            if (S3Errors.isThawUnderWay(e)) {
              return RestoreObjectResponse.builder().build();
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
    return requests.send(
        "delete " + keys.size() + " objects of " + settings.location(),
        () ->
            connection
                .s3()
                .deleteObjects(
                    r -> r.bucket(settings.bucket()).delete(d -> d.objects(objects).quiet(false))));
  }

  Upload createUpload(ObjectKey key, Map<String, String> metadata)
      throws RemoteException, InterruptedException {
    var response =
        requests.send(
            "begin to upload " + settings.location(key),
            () ->
                connection
                    .s3()
                    .createMultipartUpload(
                        r -> {
                          r.bucket(settings.bucket()).key(settings.fullKey(key));
                          r.metadata(metadata).contentType(BINARY);
                          if (provider.checksums()) {
                            r.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
                            r.checksumType(ChecksumType.FULL_OBJECT);
                          }
                        }));
    return new Upload(key, response.uploadId());
  }

  /** Sends a part, when the remote is not too busy. */
  CompletedPart uploadPart(Upload upload, int number, Part part)
      throws RemoteException, InterruptedException {
    var checksum = provider.checksums() ? Crc32c.of(part) : null;
    var attempted = "upload part " + number + " of " + settings.location(upload.key());
    var etag = requests.sendPart(attempted, () -> sendPart(upload, number, part, checksum));
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32C(checksum).build();
  }

  private String sendPart(Upload upload, int number, Part part, @Nullable String checksum) {
    return connection
        .s3()
        .uploadPart(
            r ->
                r.bucket(settings.bucket())
                    .key(settings.fullKey(upload.key()))
                    .uploadId(upload.id())
                    .partNumber(number)
                    .checksumCRC32C(checksum),
            body(part))
        .eTag();
  }

  /**
   * Publishes a whole object, if there is none with the key. Sent once.
   *
   * @param replaces whether also if there is one
   * @return the object's ETag, if the server tells
   */
  @Nullable String put(
      ObjectKey key, Map<String, String> metadata, Part content, boolean replaces) {
    var checksum = provider.checksums() ? Crc32c.of(content) : null;
    return writes.publish(
        replaces,
        condition ->
            connection
                .s3()
                .putObject(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(key))
                            .metadata(metadata)
                            .contentType(BINARY)
                            .checksumCRC32C(checksum)
                            .ifNoneMatch(condition),
                    body(content))
                .eTag());
  }

  /**
   * Publishes an upload, if there is no object with the key. Sent once.
   *
   * @param checksum of the whole object
   * @param size of the whole object in bytes
   * @param replaces whether also if there is one
   * @return the object's ETag, if the server tells
   */
  @Nullable String complete(
      Upload upload, List<CompletedPart> parts, String checksum, long size, boolean replaces) {
    return writes.publish(
        replaces,
        condition ->
            connection
                .s3()
                .completeMultipartUpload(
                    r -> {
                      r.bucket(settings.bucket()).key(settings.fullKey(upload.key()));
                      r.uploadId(upload.id()).multipartUpload(m -> m.parts(parts));
                      r.ifNoneMatch(condition);
                      if (provider.checksums()) {
                        r.checksumCRC32C(checksum).checksumType(ChecksumType.FULL_OBJECT);
                        r.mpuObjectSize(size);
                      }
                    })
                .eTag());
  }

  /**
   * Publishes an object with the bytes of another one, which must still be the one that was seen,
   * if there is none with the key. Sent once.
   *
   * @return the object's ETag, if the server tells
   */
  @Nullable String copy(ObjectKey key, Map<String, String> metadata, CopySource source) {
    return copies.ifAbsent(
        condition ->
            connection
                .s3()
                .copyObject(
                    r ->
                        r.sourceBucket(source.bucket())
                            .sourceKey(source.key())
                            .copySourceIfMatch(source.etag())
                            .destinationBucket(settings.bucket())
                            .destinationKey(settings.fullKey(key))
                            .metadataDirective(MetadataDirective.REPLACE)
                            .metadata(metadata)
                            .contentType(BINARY)
                            .ifNoneMatch(condition))
                .copyObjectResult()
                .eTag());
  }

  /** Begins an upload whose parts are copied: the server makes the checksums, if any. */
  Upload createCopy(ObjectKey key, Map<String, String> metadata)
      throws RemoteException, InterruptedException {
    var response =
        requests.send(
            "begin to copy to " + settings.location(key),
            () ->
                connection
                    .s3()
                    .createMultipartUpload(
                        r ->
                            r.bucket(settings.bucket())
                                .key(settings.fullKey(key))
                                .metadata(metadata)
                                .contentType(BINARY)));
    return new Upload(key, response.uploadId());
  }

  /**
   * Has the server copy a part of another object.
   *
   * @param from the first byte
   * @param to the last byte
   */
  CompletedPart copyPart(Upload upload, int number, CopySource source, long from, long to)
      throws RemoteException, InterruptedException {
    var result =
        requests.send(
            "copy part " + number + " of " + settings.location(upload.key()),
            () ->
                connection
                    .s3()
                    .uploadPartCopy(
                        r ->
                            r.sourceBucket(source.bucket())
                                .sourceKey(source.key())
                                .copySourceIfMatch(source.etag())
                                .copySourceRange("bytes=" + from + "-" + to)
                                .destinationBucket(settings.bucket())
                                .destinationKey(settings.fullKey(upload.key()))
                                .uploadId(upload.id())
                                .partNumber(number))
                    .copyPartResult());
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(result.eTag())
        .checksumCRC32(result.checksumCRC32())
        .checksumCRC32C(result.checksumCRC32C())
        .checksumCRC64NVME(result.checksumCRC64NVME())
        .build();
  }

  /** Publishes an upload whose parts were copied. Sent once; see {@link #complete}. */
  @Nullable String completeCopy(Upload upload, List<CompletedPart> parts) {
    return writes.ifAbsent(
        condition ->
            connection
                .s3()
                .completeMultipartUpload(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(upload.key()))
                            .uploadId(upload.id())
                            .multipartUpload(m -> m.parts(parts))
                            .ifNoneMatch(condition))
                .eTag());
  }

  /**
   * Markers as the page before gave them; both are null for the first page. Not URL-encoded, as the
   * other listing is, because Ceph encodes this one without saying so: nobody could tell what a key
   * means. A server that holds an upload whose key XML cannot carry is not understood, then.
   */
  ListMultipartUploadsResponse uploadsPage(@Nullable String keyMarker, @Nullable String idMarker)
      throws RemoteException, InterruptedException {
    return requests.send(
        "list the unfinished uploads of " + settings.location(),
        Retries.BRIEF,
        () ->
            connection
                .s3()
                .listMultipartUploads(
                    r ->
                        r.bucket(settings.bucket())
                            .prefix(settings.prefix())
                            .keyMarker(keyMarker)
                            .uploadIdMarker(idMarker)));
  }

  /**
   * Drops what there is of an upload at the moment.
   *
   * @return whether the upload was still there
   */
  boolean abort(Upload upload, Duration patience) throws RemoteException, InterruptedException {
    return unlessGone(
        "abort the upload of " + settings.location(upload.key()),
        patience,
        () -> {
          connection
              .s3()
              .abortMultipartUpload(
                  r ->
                      r.bucket(settings.bucket())
                          .key(settings.fullKey(upload.key()))
                          .uploadId(upload.id()));
          return true;
        });
  }

  boolean hasParts(Upload upload, Duration patience) throws RemoteException, InterruptedException {
    return unlessGone(
        "list the parts of " + settings.location(upload.key()),
        patience,
        () ->
            !connection
                .s3()
                .listParts(
                    r ->
                        r.bucket(settings.bucket())
                            .key(settings.fullKey(upload.key()))
                            .uploadId(upload.id()))
                .parts()
                .isEmpty());
  }

  private boolean unlessGone(String attempted, Duration patience, Supplier<Boolean> request)
      throws RemoteException, InterruptedException {
    return requests.send(
        attempted,
        patience,
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

  private static RequestBody body(Part part) {
    return RequestBody.fromContentProvider(part::newStream, part.length(), BINARY);
  }

  @Override
  public void close() {
    connection.close();
  }
}
