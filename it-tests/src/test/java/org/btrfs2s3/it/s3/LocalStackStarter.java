package org.btrfs2s3.it.s3;

import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;

/** Starts LocalStack in a container. */
final class LocalStackStarter {
  private static final String IMAGE = "localstack/localstack:4.9.2";

  private LocalStackStarter() {}

  static Optional<String> unavailable() {
    return DockerClientFactory.instance().isDockerAvailable()
        ? Optional.empty()
        : Optional.of("no Docker engine answers");
  }

  static S3Server start() {
    LocalStackContainer container = new LocalStackContainer(IMAGE).withServices("s3");
    container.start();
    return new S3Server(
        container.getEndpoint(),
        container.getRegion(),
        container.getAccessKey(),
        container.getSecretKey(),
        container::stop);
  }
}
