package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.it.tree.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What {@code recipe} prints restores, run as it was printed, without this program (invariant 8).
 */
class PrintedRecipeTest {
  private static @Nullable BackedUpChain shared;

  /** Made once, but by a test: one that is skipped before all tests would not be reported. */
  private static BackedUpChain chain() throws IOException {
    LoopVolume.assume();
    BackedUpChain made = shared;
    if (made == null) {
      made = BackedUpChain.create();
      shared = made;
    }
    return made;
  }

  @AfterAll
  static void close() throws IOException {
    if (shared != null) {
      shared.close();
    }
  }

  @Test
  void restoresAChainFromS3WithTheAwsCommandLine() throws IOException {
    assumeTrue(Program.of("sh", "-c", "aws --version").run().exitCode() == 0, "no aws here");
    restores(S3Engine.S3PROXY.name());
  }

  @Test
  void restoresAChainOfPlainStreamsFromADirectory() throws IOException {
    restores(BackedUpChain.RAW);
  }

  @Test
  void restoresAChainThroughFiltersFromADirectory() throws IOException {
    restores(BackedUpChain.GZIP);
  }

  private void restores(String remote) throws IOException {
    BackedUpChain chain = chain();
    UUID newest = chain.uuids().getLast();
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      String script = recipe(chain.program(), remote, volume.path(), newest);
      assertThat(script).doesNotContain(S3Engine.S3PROXY.orSkip().secretKey());

      run(script, chain.lab(), chain.gpg()).expect(0);

      Restored.assertIdentical(chain.manifests(), volume.path());
    }
  }

  @Test
  void restoresEncryptedSegmentsFromADirectory() throws IOException {
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "recipe");
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Remote remote = Remote.InDirectory.create(lab.work().resolve("it's a disk"));
      Program program =
          lab.program(
              remote
                  .addTo(ConfigFile.inZone(Lab.ZONE), "disk")
                  .source(
                      lab.source(),
                      lab.snapshots(),
                      Map.of("name", "the $HOME of 'data'"),
                      Upload.to("disk", Lab.POLICY)
                          .encryptedTo(publicKey)
                          .with("segment_size", "1MiB")));
      writeRandom(lab, "large", 3);
      program.with("update", "--force").run().expect(0);
      lab.awaitNewSecond();
      writeRandom(lab, "larger", 2);
      program.with("update", "--force").run().expect(0);
      Map<UUID, Manifest> manifests = lab.snapshotManifests();
      assertThat(remote.keys()).filteredOn(name -> name.endsWith(".commit")).hasSize(2);
      UUID differential = differential(program);

      try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
        String script = recipe(program, "disk", volume.path(), differential);
        run(script, lab, gpg).expect(0);
        Restored.assertIdentical(manifests, volume.path());
      }
      // The twin: a segment that is damaged stops it.
      String segment =
          remote.keys().stream().filter(name -> name.contains(".seqn000001.")).findFirst().get();
      byte[] content = remote.get(segment);
      content[content.length - 30] ^= 1;
      try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
        String script = recipe(program, "disk", volume.path(), differential);
        remote.put(segment, content);
        Result result = run(script, lab, gpg);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr()).contains("FAILED: delete the subvolume");
      }
    }
  }

  private static UUID differential(Program program) {
    return program
        .with("list")
        .output()
        .lines()
        .filter(line -> line.contains("  differential  "))
        .map(line -> UUID.fromString(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static String recipe(Program program, String remote, Path target, UUID backup) {
    return program.with("recipe", "--remote", remote, "--to", target, backup).output();
  }

  /** As a file, run by bash with nothing of this program around it. */
  private static Result run(String script, Lab lab, GpgHome gpg) throws IOException {
    S3Server server = S3Engine.S3PROXY.orSkip();
    Path file = Files.writeString(lab.work().resolve("recipe.sh"), script);
    return Program.of("bash", file)
        .withEnvironment("AWS_ACCESS_KEY_ID", server.accessKey())
        .withEnvironment("AWS_SECRET_ACCESS_KEY", server.secretKey())
        .withEnvironment("AWS_CONFIG_FILE", "/dev/null")
        .withEnvironment("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .withEnvironment("AWS_EC2_METADATA_DISABLED", "true")
        .withEnvironment("GNUPGHOME", gpg.path().toString())
        .run();
  }

  private static void writeRandom(Lab lab, String file, int mebibytes) throws IOException {
    byte[] content = new byte[mebibytes << 20];
    new Random(mebibytes).nextBytes(content);
    Files.write(lab.source().resolve(file), content);
  }
}
