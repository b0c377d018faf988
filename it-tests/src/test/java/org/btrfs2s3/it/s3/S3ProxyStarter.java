package org.btrfs2s3.it.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** Starts S3Proxy in this process. */
public final class S3ProxyStarter {
  private static final String REGION = "us-east-1";

  private S3ProxyStarter() {}

  /**
   * With its objects in memory. In files it cannot begin a multipart upload under a key of ours:
   * the name of its own file for that would be longer than 255 bytes.
   */
  static S3Server start() throws Exception {
    return start(new TransientNio2BlobStore());
  }

  /**
   * With its files in an existing directory, which stays when the server is closed. Only for
   * objects of one part.
   */
  public static S3Server start(Path directory) throws Exception {
    // Given a relative path it stores objects, but lists none of them.
    return start(new FilesystemNio2BlobStore(directory.toAbsolutePath().toString()));
  }

  private static S3Server start(BlobStore store) throws Exception {
    String accessKey = "s3proxy-access";
    String secretKey = HexFormat.of().toHexDigits(new SplittableRandom().nextLong());
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new PartsInTime(store))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            // The SDK sends checksum headers that S3Proxy does not know.
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
    return new S3Server(
        URI.create("http://127.0.0.1:" + proxy.getPort()),
        REGION,
        accessKey,
        secretKey,
        proxy::stop);
  }
}
