package org.btrfs2s3.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.it.s3.S3Engine;
import org.jspecify.annotations.Nullable;

/** Every kind of remote, for {@code @EnumSource}. */
public enum RemoteKind {
  DIRECTORY(null),
  S3PROXY(S3Engine.S3PROXY),
  CEPH(S3Engine.CEPH),
  LOCALSTACK(S3Engine.LOCALSTACK),
  GIVEN_ENDPOINT(S3Engine.GIVEN_ENDPOINT);

  private final @Nullable S3Engine engine;

  RemoteKind(@Nullable S3Engine engine) {
    this.engine = engine;
  }

  /**
   * Skips the calling test where this machine cannot have one, before anything has to be closed.
   */
  public void assume() {
    if (engine != null) {
      engine.orSkip();
    }
  }

  /**
   * A new, empty one. Skips the calling test where this machine cannot have it.
   *
   * @param directory where a directory remote is made
   */
  public Remote orSkip(Path directory) throws IOException {
    return engine == null
        ? Remote.InDirectory.create(Files.createTempDirectory(directory, "remote").resolve("r"))
        : new Remote.InBucket(engine.orSkip().newBucket());
  }
}
