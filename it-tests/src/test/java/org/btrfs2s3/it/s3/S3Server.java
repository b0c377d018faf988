package org.btrfs2s3.it.s3;

import java.io.IOException;
import java.net.URI;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A running S3 server and an account on it. Closing ends its use, and the server if it is ours. */
public final class S3Server implements AutoCloseable {
  /** Stops a server. */
  @FunctionalInterface
  interface Stop {
    void stop() throws Exception;
  }

  private final URI endpoint;
  private final String region;
  private final String accessKey;
  private final String secretKey;
  private final Stop stop;
  private @Nullable S3Client client;

  S3Server(URI endpoint, String region, String accessKey, String secretKey, Stop stop) {
    this.endpoint = endpoint;
    this.region = region;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.stop = stop;
  }

  /** A server of a test's own, which looks at no signature. Closing this does not stop it. */
  public static S3Server unsigned(URI endpoint) {
    return new S3Server(endpoint, "us-east-1", "anybody", "anything", () -> {});
  }

  /** This server, reached at another address. Closing what is returned does not stop it. */
  public S3Server at(URI address) {
    return new S3Server(address, region, accessKey, secretKey, () -> {});
  }

  public URI endpoint() {
    return endpoint;
  }

  public String region() {
    return region;
  }

  public String accessKey() {
    return accessKey;
  }

  public String secretKey() {
    return secretKey;
  }

  /** Makes a bucket with a new name, which goes with everything in it when it is closed. */
  public Bucket newBucket() {
    String name = "btrfs2s3-it-" + HexFormat.of().toHexDigits(new SplittableRandom().nextLong());
    client().createBucket(request -> request.bucket(name));
    return new Bucket(this, name);
  }

  /** A client that every server understands: path style, no checksums that nobody asked for. */
  public synchronized S3Client client() {
    if (client == null) {
      client =
          S3Client.builder()
              .endpointOverride(endpoint)
              .region(Region.of(region))
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsBasicCredentials.create(accessKey, secretKey)))
              .forcePathStyle(true)
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
              .httpClientBuilder(Apache5HttpClient.builder())
              .build();
    }
    return client;
  }

  @Override
  public synchronized void close() throws IOException {
    if (client != null) {
      client.close();
    }
    try {
      stop.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stopping the " + this, e);
    } catch (Exception e) {
      throw new IOException("cannot stop the " + this, e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "S3 server at " + endpoint;
  }
}
