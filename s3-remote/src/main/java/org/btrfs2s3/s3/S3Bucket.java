package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

/**
 * One bucket and prefix: each method is one request about whole objects, repeated where that can
 * help, its errors sorted; those about uploads in parts are {@link #uploads}. {@link #put} and
 * {@link #copy}, which publish, and {@link #get}, which goes on where another one broke off, are
 * sent only once each: their callers repeat them, because they have to know exactly what happened.
 * Safe for all threads.
 */
final class S3Bucket implements AutoCloseable {

  static final String BINARY = "application/octet-stream";

  private final S3Settings settings;
  private final S3Connection connection;
  private final Provider provider;
  private final Requests requests;
  private final ConditionalWrites writes;
  private final UploadRequests uploads;

  /** Of CopyObject, for which not every server with conditional writes has them. */
  private final ConditionalWrites copies;

  S3Bucket(S3Settings settings, S3Connection connection, Provider provider, Retries retries) {
    this.settings = settings;
    this.connection = connection;
    this.provider = provider;
    this.requests = new Requests(retries);
    this.writes = new ConditionalWrites(settings.location(), provider.conditionalWrites());
    this.uploads = new UploadRequests(settings, connection, provider, requests, writes);
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

  /** Those about uploads in parts. */
  UploadRequests uploads() {
    return uploads;
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

  static RequestBody body(Part part) {
    return RequestBody.fromContentProvider(part::newStream, part.length(), BINARY);
  }

  @Override
  public void close() {
    connection.close();
  }
}
