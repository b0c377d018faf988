package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.S3ProxyStarter;
import org.btrfs2s3.it.s3.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Remotes that are not there or do not let us in; invariants 1, 9 and 12. */
class RemoteFaultsTest {
  private Scene scene;

  @BeforeEach
  void create() throws IOException {
    scene = Scene.create();
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void wrongSecretIsDenied() throws Exception {
    Result result = scene.update(withSecret("not-the-secret")).expect(10);
    assertThat(result.stderr())
        .contains("remote s3", scene.bucket().name())
        .doesNotContain("not-the-secret", "\tat ");
    assertThat(scene.bucket().keys()).isEmpty();

    scene.update(withSecret(scene.bucket().server().secretKey())).expect(0);
    assertThat(scene.bucket().keys()).hasSize(1);
  }

  private ConfigFile withSecret(String secret) {
    return scene
        .config(Upload.to(Scene.REMOTE, Scene.POLICY))
        .s3Remote(Scene.REMOTE, scene.bucket().name(), "", secret, scene.bucket().server());
  }

  @Test
  void missingBucketIsNoEmptyBucket() throws Exception {
    Result result = scene.update(withBucket("btrfs2s3-it-missing")).expect(10);
    assertThat(result.stderr()).contains("btrfs2s3-it-missing").doesNotContain("\tat ");

    scene.update(withBucket(scene.bucket().name())).expect(0);
    assertThat(scene.bucket().keys()).hasSize(1);
  }

  private ConfigFile withBucket(String bucket) {
    S3Server server = scene.bucket().server();
    return scene
        .config(Upload.to(Scene.REMOTE, Scene.POLICY))
        .s3Remote(Scene.REMOTE, bucket, "", server.secretKey(), server);
  }

  @Test
  void serverThatIsGoneIsAway() throws Exception {
    Path files = Files.createDirectory(scene.work().resolve("server"));
    ConfigFile config;
    try (S3Server server = S3ProxyStarter.start(files)) {
      server.client().createBucket(bucket -> bucket.bucket("some-bucket"));
      config =
          scene
              .config(Upload.to(Scene.REMOTE, Scene.POLICY))
              .retryFor("3s")
              .s3Remote(Scene.REMOTE, "some-bucket", "", server.secretKey(), server);
      scene.update(config).expect(0);
    }
    scene.write("file", "second");
    Result result = scene.update(config).expect(10);
    assertThat(result.stderr()).contains("remote s3 is away", "some-bucket");
    assertThat(Scene.subvolumes(scene.snapshots())).as("both wait for the remote").hasSize(2);
  }

  @Test
  void directoryWithoutMarkerIsAwayAndTheOtherRemoteIsServed() throws Exception {
    Path directory = Files.createDirectory(scene.work().resolve("usb"));
    ConfigFile config =
        scene
            .config(Upload.to("usb", Scene.POLICY), Upload.to(Scene.REMOTE, Scene.POLICY))
            .directoryRemote("usb", directory)
            .s3Remote(Scene.REMOTE, scene.bucket());

    Result result = scene.update(config).expect(3);
    assertThat(result.stderr()).contains("remote usb is away", "btrfs2s3-remote");
    assertThat(scene.bucket().keys()).hasSize(1);
    assertThat(entries(directory)).isEmpty();

    scene.program(config).with("check-config", "--create-remotes").run().expect(0);
    scene.update(config).expect(0);
    assertThat(entries(directory)).containsAll(scene.bucket().keys());
  }

  @Test
  void onlyRemoteIsADirectoryWithoutMarker() throws Exception {
    Path directory = Files.createDirectory(scene.work().resolve("usb"));
    ConfigFile config =
        scene.config(Upload.to("usb", Scene.POLICY)).directoryRemote("usb", directory);

    assertThat(scene.update(config).expect(10).stderr()).contains("remote usb is away");
    assertThat(entries(directory)).isEmpty();
    Files.createFile(directory.resolve("btrfs2s3-remote"));
    scene.update(config).expect(0);
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
