package org.btrfs2s3.it.s3;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What really lies in a bucket, and a hand that meddles with it. Closing deletes the bucket with
 * everything in it, unfinished uploads included.
 */
public final class Bucket implements AutoCloseable {
  private static final int NOT_EMPTY = 409;
  private static final int MOST_ATTEMPTS = 100;

  private final S3Server server;
  private final S3Client client;
  private final String name;

  Bucket(S3Server server, String name) {
    this.server = server;
    this.client = server.client();
    this.name = name;
  }

  public S3Server server() {
    return server;
  }

  public String name() {
    return name;
  }

  /** Key to size in bytes. */
  public SortedMap<String, Long> sizes() {
    SortedMap<String, Long> sizes = new TreeMap<>();
    client
        .listObjectsV2Paginator(request -> request.bucket(name))
        .contents()
        .forEach(object -> sizes.put(object.key(), object.size()));
    return sizes;
  }

  public SortedSet<String> keys() {
    return new TreeSet<>(sizes().keySet());
  }

  public byte[] get(String key) {
    return client.getObjectAsBytes(request -> request.bucket(name).key(key)).asByteArrayUnsafe();
  }

  /** The user metadata, without the {@code x-amz-meta-} of the names. */
  public Map<String, String> metadata(String key) {
    return client.headObject(request -> request.bucket(name).key(key)).metadata();
  }

  /** Writes or replaces an object; its metadata is lost. */
  public void put(String key, byte[] content) {
    client.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(content));
  }

  public void delete(String key) {
    client.deleteObject(request -> request.bucket(name).key(key));
  }

  /** Begins a multipart upload with one part, as a process does that is killed. */
  public void beginUpload(String key) {
    var id = client.createMultipartUpload(request -> request.bucket(name).key(key)).uploadId();
    client.uploadPart(
        request -> request.bucket(name).key(key).uploadId(id).partNumber(1),
        RequestBody.fromBytes(new byte[1]));
  }

  /** Keys of multipart uploads that were neither completed nor aborted. */
  public List<String> unfinishedUploads() {
    return uploads().stream().map(MultipartUpload::key).toList();
  }

  private List<MultipartUpload> uploads() {
    return client.listMultipartUploadsPaginator(request -> request.bucket(name)).uploads().stream()
        .toList();
  }

  /**
   * Again and again: a server may still receive, after all was deleted, what nobody waits for any
   * more, such as the last request of a program that was killed.
   */
  @Override
  public void close() {
    for (int attempt = 1; ; attempt++) {
      empty();
      try {
        client.deleteBucket(request -> request.bucket(name));
        return;
      } catch (S3Exception e) {
        if (e.statusCode() != NOT_EMPTY || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  private void empty() {
    for (MultipartUpload upload : uploads()) {
      abort(upload);
    }
    keys().forEach(this::delete);
  }

  private void abort(MultipartUpload upload) {
    try {
      client.abortMultipartUpload(
          request -> request.bucket(name).key(upload.key()).uploadId(upload.uploadId()));
    } catch (NoSuchUploadException e) {
      // Who began it has ended it meanwhile.
    }
  }

  @Override
  public String toString() {
    return name + " on " + server;
  }
}
