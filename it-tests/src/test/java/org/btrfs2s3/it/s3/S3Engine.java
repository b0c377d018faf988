package org.btrfs2s3.it.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/**
 * The S3 servers that tests run against: {@code @ParameterizedTest @EnumSource} runs a test on
 * each, and {@link #orSkip} makes those that this machine lacks tests that were skipped, with the
 * reason.
 */
public enum S3Engine {
  /** In this process, in memory. */
  S3PROXY,
  /** A real distributed engine. */
  CEPH,
  /** In a container. */
  LOCALSTACK,
  /** Given by {@code BTRFS2S3_IT_S3_ENDPOINT} and {@code AWS_*}: any server at all. */
  GIVEN_ENDPOINT;

  /** Why tests on it are skipped on this machine; empty if they run. */
  public Optional<String> unavailable() {
    Optional<String> reason =
        switch (this) {
          case S3PROXY -> Optional.empty();
          case CEPH -> CephCluster.unavailable();
          case LOCALSTACK -> LocalStackStarter.unavailable();
          case GIVEN_ENDPOINT -> GivenEndpoint.unavailable();
        };
    return reason.map(text -> this + ": " + text);
  }

  /**
   * The server, started at its first use and stopped when this JVM ends. Skips the calling test if
   * this machine cannot run it.
   *
   * @throws AssertionError if it should start but does not
   */
  public S3Server orSkip() {
    Optional<String> reason = unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
    return StartedServers.get(this);
  }

  S3Server start() throws Exception {
    return switch (this) {
      case S3PROXY -> S3ProxyStarter.start();
      case CEPH -> CephCluster.start();
      case LOCALSTACK -> LocalStackStarter.start();
      case GIVEN_ENDPOINT -> GivenEndpoint.server();
    };
  }
}
