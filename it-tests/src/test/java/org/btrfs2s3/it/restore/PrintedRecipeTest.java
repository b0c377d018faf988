package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.lab.Shared;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.proxy.Fault;
import org.btrfs2s3.it.proxy.FaultProxy;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code recipe} prints restores, run as it was printed, without this program (invariant 8).
 */
class PrintedRecipeTest {
  private static final String AWKWARD = "off +&=?#,@$!*'()~[x]{y} größe/";

  @RegisterExtension
  static final Shared<BackedUpChain> SHARED = new Shared<>(BackedUpChain::create);

  private static BackedUpChain chain() throws IOException {
    return SHARED.get();
  }

  /** Everywhere, and with both: no server checks signatures quite like another. */
  @ParameterizedTest
  @CsvSource({"S3PROXY,aws", "CEPH,aws", "S3PROXY,curl", "CEPH,curl"})
  void restoresAChainFromS3(S3Engine engine, String program) throws IOException {
    assumeTrue(Program.of("sh", "-c", program + " --version").run().exitCode() == 0, program);
    S3Server server = engine.orSkip();

    restores(server, "--remote", engine.name(), "--fetch-with", program);
  }

  /** Without a configuration, and under names that have to be encoded in URLs and signatures. */
  @ParameterizedTest
  @CsvSource({"S3PROXY,aws", "S3PROXY,curl", "CEPH,curl"})
  void restoresAChainUnderAwkwardNamesByUrl(S3Engine engine, String program) throws IOException {
    S3Server server = engine.orSkip();
    try (Bucket bucket = server.newBucket()) {
      Remote original = chain().remote(engine.name());
      for (String key : original.keys()) {
        bucket.put(AWKWARD + key, original.get(key));
      }
      restores(
          server,
          "--url",
          "s3://" + bucket.name() + "/" + AWKWARD,
          "--endpoint-url",
          server.endpoint(),
          "--region",
          server.region(),
          "--fetch-with",
          program);
    }
  }

  /** A busy server, a connection that breaks off within an object, and one before any byte. */
  @Test
  void goesOnWhereAConnectionBrokeOff() throws IOException, InterruptedException {
    S3Server server = S3Engine.S3PROXY.orSkip();
    Remote.InBucket remote = (Remote.InBucket) chain().remote(S3Engine.S3PROXY.name());
    try (FaultProxy proxy = FaultProxy.before(server)) {
      proxy.follow(
          request ->
              request.kind() != RequestKind.GET_OBJECT
                  ? new Fault.None()
                  : switch (request.ordinal()) {
                    case 1 -> new Fault.Answer(503, "SlowDown", false);
                    case 2 -> Fault.Cut.at(Fault.Point.IN_ANSWER).after(10_000);
                    case 3 -> Fault.Cut.at(Fault.Point.IN_ANSWER).after(5_000);
                    case 4 -> Fault.Cut.at(Fault.Point.BEFORE_ANSWER);
                    default -> new Fault.None();
                  });
      restores(
          server,
          "--url",
          "s3://" + remote.bucket().name(),
          "--endpoint-url",
          proxy.server().endpoint(),
          "--region",
          server.region(),
          "--fetch-with",
          "curl");
      assertThat(proxy.faults()).hasSize(4);
    }
  }

  @Test
  void curlNeedsCredentialsThatNobodyElseCanRead() throws IOException {
    S3Server server = S3Engine.S3PROXY.orSkip();
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      String script =
          recipe(
              server,
              volume.path(),
              chain().uuids().getFirst(),
              "--remote",
              S3Engine.S3PROXY.name(),
              "--fetch-with",
              "curl");

      Result readable = run(script, server, server.secretKey(), "644");
      assertThat(readable.exitCode()).isEqualTo(1);
      assertThat(readable.stderr()).contains("FAILED: ./curlrc", "only its owner");

      Result wrong = run(script, server, "wrong", "600");
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.stderr()).containsOnlyOnce("returned error: 403").contains("FAILED: delete");
      assertThat(Restored.in(volume.path())).isEmpty();
    }
  }

  @Test
  void restoresAChainOfPlainStreamsFromADirectory() throws IOException {
    restores(S3Engine.S3PROXY.orSkip(), "--remote", BackedUpChain.RAW);
  }

  @Test
  void restoresAChainThroughFiltersFromADirectory() throws IOException {
    restores(S3Engine.S3PROXY.orSkip(), "--remote", BackedUpChain.GZIP);
    Path directory = ((Remote.InDirectory) chain().remote(BackedUpChain.GZIP)).path();
    restores(
        S3Engine.S3PROXY.orSkip(), "--url", "file://" + directory, "--restore-through", "gzip -d");
  }

  private void restores(S3Server server, Object... remote) throws IOException {
    BackedUpChain chain = chain();
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      String script = recipe(server, volume.path(), chain.uuids().getLast(), remote);
      assertThat(script).doesNotContain(server.secretKey());

      run(script, server, server.secretKey(), "600").expect(0);

      Restored.assertIdentical(chain.manifests(), volume.path());
    }
  }

  @Test
  void restoresEncryptedSegmentsFromADirectory() throws IOException {
    S3Server server = S3Engine.S3PROXY.orSkip();
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
        String script = recipe(program, volume.path(), differential);
        run(script, lab.work(), gpg, server).expect(0);
        Restored.assertIdentical(manifests, volume.path());
      }
      // The twin: a segment that is damaged stops it.
      String segment =
          remote.keys().stream().filter(name -> name.contains(".seqn000001.")).findFirst().get();
      byte[] content = remote.get(segment);
      content[content.length - 30] ^= 1;
      try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
        String script = recipe(program, volume.path(), differential);
        remote.put(segment, content);
        Result result = run(script, lab.work(), gpg, server);
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

  private static String recipe(Program program, Path target, UUID backup) {
    return program.with("recipe", "--remote", "disk", "--to", target, backup).output();
  }

  private String recipe(S3Server server, Path target, UUID backup, Object... remote)
      throws IOException {
    Program program = List.of(remote).contains("--url") ? Btrfs2s3.installed() : chain().program();
    return program
        .with("recipe", "--to", target, backup)
        .with(remote)
        .withEnvironment("AWS_ACCESS_KEY_ID", server.accessKey())
        .withEnvironment("AWS_SECRET_ACCESS_KEY", server.secretKey())
        .output();
  }

  private Result run(String script, S3Server server, String secretKey, String mode)
      throws IOException {
    Path work = chain().lab().work();
    Path curlrc = work.resolve("curlrc");
    Files.deleteIfExists(curlrc);
    Files.writeString(curlrc, "user = \"%s:%s\"\n".formatted(server.accessKey(), secretKey));
    Program.of("chmod", mode, curlrc).output();
    return run(script, work, chain().gpg(), server);
  }

  /** As a file, run by bash with nothing of this program around it. */
  private static Result run(String script, Path work, GpgHome gpg, S3Server server)
      throws IOException {
    Files.writeString(work.resolve("recipe.sh"), script);
    return Program.bash("cd \"$1\" && exec bash recipe.sh", work)
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
