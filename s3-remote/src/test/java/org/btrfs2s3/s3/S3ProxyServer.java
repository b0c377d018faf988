package org.btrfs2s3.s3;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * An S3 server within this JVM: S3Proxy with real signatures, on a free port of 127.0.0.1, with
 * credentials of its own.
 */
public final class S3ProxyServer implements AutoCloseable {

  private final BlobStore blobs;
  private final S3Proxy proxy;
  private final String scheme;
  private final String accessKey = "test-" + UUID.randomUUID();
  private final String secretKey = UUID.randomUUID().toString();

  private S3ProxyServer(BlobStore blobs, @Nullable TestCertificate certificate) throws Exception {
    this.blobs = blobs;
    this.scheme = certificate == null ? "http" : "https";
    var properties = new Properties();
    properties.setProperty("s3proxy.ignore-unknown-headers", "true");
    properties.setProperty(
        certificate == null ? "s3proxy.endpoint" : "s3proxy.secure-endpoint",
        scheme + "://127.0.0.1:0");
    properties.setProperty("s3proxy.authorization", "aws-v4");
    properties.setProperty("s3proxy.identity", accessKey);
    properties.setProperty("s3proxy.credential", secretKey);
    if (certificate != null) {
      properties.setProperty("s3proxy.keystore-path", certificate.keyStore().toString());
      properties.setProperty("s3proxy.keystore-password", certificate.password());
    }
    var builder =
        S3Proxy.Builder.fromProperties(properties)
            .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
            .blobStore(blobs);
    proxy = builder.build();
    proxy.start();
  }

  /** Keeps the objects as files. */
  public static S3ProxyServer start(Path dataDir) throws Exception {
    Files.createDirectories(dataDir);
    return new S3ProxyServer(new FilesystemNio2BlobStore(dataDir.toString()), null);
  }

  /** Keeps the objects in memory. */
  public static S3ProxyServer start() throws Exception {
    return new S3ProxyServer(new TransientNio2BlobStore(), null);
  }

  /** Keeps the objects in memory, and speaks https with a certificate that nobody vouches for. */
  static S3ProxyServer start(TestCertificate certificate) throws Exception {
    return new S3ProxyServer(new TransientNio2BlobStore(), certificate);
  }

  public URI endpoint() {
    int port = scheme.equals("http") ? proxy.getPort() : proxy.getSecurePort();
    return URI.create(scheme + "://127.0.0.1:" + port);
  }

  public String accessKey() {
    return accessKey;
  }

  public String secretKey() {
    return secretKey;
  }

  public void createBucket(String bucket) {
    blobs.createContainer(bucket);
  }

  /** How many multipart uploads are neither completed nor aborted. */
  public int pendingUploads(String bucket) {
    return blobs.listMultipartUploads(bucket).size();
  }

  /** Settings to reach a bucket here. */
  public S3Settings settings(String bucket, String prefix) {
    return settings(bucket, prefix, new TlsVerification.On());
  }

  S3Settings settings(String bucket, String prefix, TlsVerification verify) {
    var key = new AccessKey(accessKey, secretKey);
    return new S3Settings(bucket, prefix, new S3Endpoint(null, null, key, endpoint(), verify));
  }

  @Override
  public void close() {
    try (blobs) {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the test server does not stop", e);
    }
  }
}
