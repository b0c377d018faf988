package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;

/**
 * The requests about uploads in parts of one bucket and prefix: each method is one of them,
 * repeated where that can help, its errors sorted. {@link #complete} and {@link #completeCopy},
 * which publish, are sent only once each: their caller repeats them, because it has to know exactly
 * what happened. Safe for all threads.
 */
final class UploadRequests {

  private final S3Settings settings;
  private final S3Connection connection;
  private final Provider provider;
  private final Requests requests;
  private final ConditionalWrites writes;

  /**
   * @param writes of all that is published in the bucket
   */
  UploadRequests(
      S3Settings settings,
      S3Connection connection,
      Provider provider,
      Requests requests,
      ConditionalWrites writes) {
    this.settings = settings;
    this.connection = connection;
    this.provider = provider;
    this.requests = requests;
    this.writes = writes;
  }

  /** Begins an upload whose parts are sent. */
  Upload createUpload(ObjectKey key, Map<String, String> metadata)
      throws RemoteException, InterruptedException {
    var attempted = "begin to upload " + settings.location(key);
    return create(attempted, key, metadata, provider.checksums());
  }

  /** Begins an upload whose parts are copied: the server makes the checksums, if any. */
  Upload createCopy(ObjectKey key, Map<String, String> metadata)
      throws RemoteException, InterruptedException {
    return create("begin to copy to " + settings.location(key), key, metadata, false);
  }

  private Upload create(
      String attempted, ObjectKey key, Map<String, String> metadata, boolean checksums)
      throws RemoteException, InterruptedException {
    var response =
        requests.send(
            attempted,
            () ->
                connection
                    .s3()
                    .createMultipartUpload(
                        r -> {
                          r.bucket(settings.bucket()).key(settings.fullKey(key));
                          r.metadata(metadata).contentType(S3Bucket.BINARY);
                          if (checksums) {
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
            S3Bucket.body(part))
        .eTag();
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
            complete(
                upload,
                parts,
                condition,
                r -> {
                  if (provider.checksums()) {
                    r.checksumCRC32C(checksum).checksumType(ChecksumType.FULL_OBJECT);
                    r.mpuObjectSize(size);
                  }
                }));
  }

  /** Publishes an upload whose parts were copied. Sent once; see {@link #complete}. */
  @Nullable String completeCopy(Upload upload, List<CompletedPart> parts) {
    return writes.ifAbsent(condition -> complete(upload, parts, condition, _ -> {}));
  }

  private @Nullable String complete(
      Upload upload,
      List<CompletedPart> parts,
      @Nullable String condition,
      Consumer<CompleteMultipartUploadRequest.Builder> checks) {
    return connection
        .s3()
        .completeMultipartUpload(
            r -> {
              r.bucket(settings.bucket()).key(settings.fullKey(upload.key()));
              r.uploadId(upload.id()).multipartUpload(m -> m.parts(parts));
              r.ifNoneMatch(condition);
              checks.accept(r);
            })
        .eTag();
  }

  /**
   * Markers as the page before gave them; both are null for the first page. Not URL-encoded, as the
   * other listing is, because Ceph encodes this one without saying so: nobody could tell what a key
   * means. A server that holds an upload whose key XML cannot carry is not understood, then.
   */
  ListMultipartUploadsResponse page(@Nullable String keyMarker, @Nullable String idMarker)
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
}
