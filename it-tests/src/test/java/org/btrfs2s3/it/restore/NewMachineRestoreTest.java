package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
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
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is left after a fire: the backups, the secret key, its passphrase, and the program. Nothing
 * else is needed for a restore (invariants 4 and 7).
 */
class NewMachineRestoreTest {
  private static final String PASSPHRASE = "open sesame";
  private static final String PREFIX = "host1/";
  private static final String DISK = "disk";
  private static final String FILTERED = "filtered";
  private static final int END_BYTES = 10;

  @RegisterExtension static final Shared<Burnt> SHARED = new Shared<>(Burnt::create);

  private Burnt burnt;

  /**
   * A source with a full and a differential backup in several places.
   *
   * @param identity file of the secret key, which is protected
   */
  private record Burnt(Lab lab, GpgHome gpg, Map<S3Engine, Bucket> buckets, Path identity)
      implements AutoCloseable {

    static Burnt create() throws IOException {
      Lab lab = Lab.create();
      GpgHome gpg = GpgHome.create();
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "fire", PASSPHRASE);
      Path recipient = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Path identity = gpg.exportSecret(key, lab.work().resolve("secret.asc"), PASSPHRASE);
      Map<S3Engine, Bucket> buckets = new EnumMap<>(S3Engine.class);
      List<Upload> uploads = new ArrayList<>();
      ConfigFile config = ConfigFile.inZone(Lab.ZONE);
      for (S3Engine engine : List.of(S3Engine.S3PROXY, S3Engine.CEPH)) {
        if (engine.unavailable().isEmpty()) {
          Bucket bucket = engine.orSkip().newBucket();
          buckets.put(engine, bucket);
          config.s3Remote(engine.name(), bucket, PREFIX);
          uploads.add(Upload.to(engine.name(), Lab.POLICY).encryptedTo(recipient));
        }
      }
      for (String name : List.of(DISK, FILTERED)) {
        Remote.InDirectory.create(lab.work().resolve(name)).addTo(config, name);
      }
      uploads.add(Upload.to(DISK, Lab.POLICY).encryptedTo(recipient));
      uploads.add(
          Upload.to(FILTERED, Lab.POLICY)
              .pipedThrough(List.of(List.of("gzip")))
              .restoredThrough(List.of(List.of("gunzip"))));
      config.source(lab.source(), lab.snapshots(), uploads.toArray(Upload[]::new));
      Program update = lab.program(config).with("update", "--force");
      lab.write("file", "first");
      update.run().expect(0);
      lab.write("file", "second");
      Files.writeString(lab.source().resolve("added"), "x".repeat(300_000));
      update.run().expect(0);
      return new Burnt(lab, gpg, buckets, identity);
    }

    Path directory(String name) {
      return lab.work().resolve(name);
    }

    String url(String name) {
      return "file://" + directory(name);
    }

    @Override
    public void close() throws IOException {
      try (lab;
          gpg) {
        buckets.values().forEach(Bucket::close);
      }
    }
  }

  @BeforeEach
  void backUpOnce() throws IOException {
    burnt = SHARED.get();
  }

  /** A second copy on the volume would be found as send parent by {@code btrfs receive}. */
  @AfterEach
  void deleteRestored() throws IOException {
    if (SHARED.made().isPresent()) {
      burnt.lab().deleteRestored();
    }
  }

  private static Program restore(Object... options) {
    return Btrfs2s3.installed().with("restore").with(options);
  }

  private Program fromDisk(Object... options) {
    return restore("--url", burnt.url(DISK), "--latest").with(options);
  }

  private Program withIdentity(Program program) {
    return program.with("--identity", burnt.identity());
  }

  private Path newFile(String name) throws IOException {
    return Files.createTempDirectory(burnt.lab().work(), "new").resolve(name);
  }

  private Path passphraseFile() throws IOException {
    return secret(newFile("passphrase"), PASSPHRASE + "\n");
  }

  private static Path secret(Path file, String content) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void restoresABucket(S3Engine engine) throws IOException {
    engine.orSkip();
    Bucket bucket = Objects.requireNonNull(burnt.buckets().get(engine));
    Path target = burnt.lab().newTarget();
    Program program =
        restore("--url", "s3://" + bucket.name() + "/" + PREFIX)
            .with("--endpoint-url", bucket.server().endpoint())
            .with("--region", bucket.server().region())
            .with("--to", target, "--all")
            .withEnvironment("AWS_ACCESS_KEY_ID", bucket.server().accessKey())
            .withEnvironment("AWS_SECRET_ACCESS_KEY", bucket.server().secretKey())
            .withEnvironment("BTRFS2S3_PASSPHRASE", PASSPHRASE);

    withIdentity(program).run().expect(0);

    Restored.assertIdentical(burnt.lab().snapshotManifests(), target);
  }

  @Test
  void restoresADirectoryThroughACommand() throws IOException {
    Path target = burnt.lab().newTarget();
    Program program = restore("--url", burnt.url(FILTERED), "--to", target, "--all");
    assertThat(program.run().expect(1).stderr()).contains("--restore-through");

    program.with("--restore-through", "gunzip -c").run().expect(0);

    Restored.assertIdentical(burnt.lab().snapshotManifests(), target);
  }

  @Test
  void showsEveryObjectOfTheChainBefore() throws IOException {
    Path target = burnt.lab().newTarget();
    Result plan = fromDisk("--to", target, "--dry-run").run().expect(0);

    assertThat(plan.stdout())
        .contains("as send parent only", "restore as data.", "2 object(s)", " to fetch");
    assertThat(new KernelBtrfs().list(target)).isEmpty();
    assertThat(fromDisk("--to", target, "--dry-run", "--json").output())
        .contains("\"version\" : 1", "\"role\" : \"send_parent\"", "\"bytes_to_fetch\"");
  }

  /** And writes the same to a file and to standard output, and nothing else to that. */
  @Test
  void takesThePassphraseFromWhereverItIs() throws IOException {
    Path byFile = newFile("stream");
    withIdentity(fromDisk("--stream-to", byFile, "--passphrase-file", passphraseFile()))
        .run()
        .expect(0);

    Path byPipe = newFile("stream");
    Program.bash(
            "p=$1 to=$2; shift 2; exec \"$@\" --passphrase-file <(echo \"$p\") >\"$to\"",
            PASSPHRASE,
            byPipe,
            Btrfs2s3.launcher(),
            "restore",
            "--url",
            burnt.url(DISK),
            "--latest",
            "--stream-to",
            "-",
            "--identity",
            burnt.identity())
        .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
        .run()
        .expect(0);

    Path byCredential = newFile("stream");
    Path credentials = newFile("btrfs2s3-passphrase");
    secret(credentials, PASSPHRASE);
    withIdentity(fromDisk("--stream-to", byCredential))
        .withEnvironment("CREDENTIALS_DIRECTORY", parentOf(credentials))
        .run()
        .expect(0);

    Path byConfig = newFile("stream");
    Path config =
        ConfigFile.inZone(Lab.ZONE)
            .directoryRemote(DISK, burnt.directory(DISK))
            .with(
                "restore",
                Map.of(
                    "identities",
                    List.of(burnt.identity().toString()),
                    "passphrase_file",
                    passphraseFile().toString()))
            .write(Files.createTempDirectory(burnt.lab().work(), "config"));
    Btrfs2s3.installed()
        .with("-c", config, "restore", "--latest", "--stream-to", byConfig)
        .run()
        .expect(0);

    assertThat(byFile).content(StandardCharsets.ISO_8859_1).isNotEmpty();
    for (Path other : List.of(byPipe, byCredential, byConfig)) {
      assertThat(other).hasSameBinaryContentAs(byFile);
    }
  }

  private static String parentOf(Path file) {
    return String.valueOf(file.getParent());
  }

  @Test
  void asksAtTheTerminal() throws IOException {
    assumeTrue(hasScript(), "no script(1) to make a terminal");
    Path stream = newFile("stream");
    List<String> command =
        List.of(
            Btrfs2s3.launcher().toString(),
            "restore --latest --url",
            burnt.url(DISK),
            "--stream-to",
            stream.toString(),
            "--identity",
            burnt.identity().toString());
    String session =
        Program.bash(
                "{ sleep 5; echo \"$1\"; sleep 1; } | script -qec \"$2\" /dev/null",
                PASSPHRASE,
                String.join(" ", command))
            .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
            .output();

    assertThat(session).contains("passphrase of 0x").doesNotContain("needs a passphrase");
    assertThat(stream).isNotEmptyFile();
  }

  private static boolean hasScript() {
    return Program.bash("command -v script").run().exitCode() == 0;
  }

  @Test
  void saysWhichKeyIsMissing() throws IOException {
    Result none = fromDisk("--stream-to", newFile("stream")).run().expect(1);
    assertThat(none.stderr())
        .contains("no secret key for it: encrypted to 0x", "available: none (--identity");

    Result wrong =
        withIdentity(fromDisk("--stream-to", newFile("stream")))
            .withEnvironment("BTRFS2S3_PASSPHRASE", "wrong")
            .run()
            .expect(1);
    assertThat(wrong.stderr())
        .contains("wrong passphrase for key 0x", "the passphrase came from BTRFS2S3_PASSPHRASE")
        .doesNotContain("\tat ");

    Result silent = withIdentity(fromDisk("--stream-to", newFile("stream"))).run().expect(1);
    assertThat(silent.stderr()).contains("needs a passphrase", "--passphrase-file");
  }

  @Test
  void whatItStreamsBtrfsReceives() throws IOException {
    Path target = burnt.lab().newTarget();
    List<String> oldestFirst = new ArrayList<>();
    burnt.lab().listSnapshots().stream()
        .sorted(Comparator.comparing(entry -> entry.info().ctransid()))
        .forEach(entry -> oldestFirst.add(entry.info().uuid().toString()));
    for (String snapshot : oldestFirst) {
      Result result = stream(snapshot, "| btrfs receive " + target).run().expect(0);
      assertThat(result.stderr().contains("is the difference to snapshot"))
          .isEqualTo(!snapshot.equals(oldestFirst.getFirst()));
    }

    Restored.assertIdentical(burnt.lab().snapshotManifests(), target);
  }

  /** Pipes the stream of a backup into something. */
  private Program stream(String snapshot, String into) throws IOException {
    List<Object> arguments = new ArrayList<>();
    Collections.addAll(arguments, Btrfs2s3.launcher(), "restore", "--url", burnt.url(DISK));
    Collections.addAll(arguments, "--snapshot", snapshot, "--stream-to", "-");
    Collections.addAll(arguments, "--identity", burnt.identity());
    return Program.bash("\"$@\" " + into, arguments.toArray())
        .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
        .withEnvironment("BTRFS2S3_PASSPHRASE", PASSPHRASE);
  }

  /** The last byte of a message is of the code that authenticates all of it. */
  @Test
  void endsNoStreamThatIsNotAuthentic() throws IOException {
    Remote disk = new Remote.InDirectory(burnt.directory(DISK));
    String key = disk.keys().first();
    String snapshot = key.replaceFirst(".*\\.uuid([0-9a-f-]{36}).*", "$1");
    byte[] original = disk.get(key);
    Path whole = newFile("stream");
    stream(snapshot, ">" + whole).run().expect(0);
    byte[] damaged = original.clone();
    damaged[damaged.length - 1] ^= 1;
    disk.put(key, damaged);
    try {
      Path file = newFile("stream");
      stream(snapshot, ">" + file).run().expect(1);
      assertThat(Files.size(file)).isLessThanOrEqualTo(Files.size(whole) - END_BYTES);

      Path target = burnt.lab().newTarget();
      stream(snapshot, "| btrfs receive " + target).run().expect(1);
      assertThat(new KernelBtrfs().list(target))
          .allSatisfy(entry -> assertThat(entry.info().receivedUuid()).isNull());
    } finally {
      disk.put(key, original);
    }
  }

  @Test
  void writesNoStreamToATerminal() throws IOException {
    assumeTrue(hasScript(), "no script(1) to make a terminal");
    String command =
        "%s restore --latest --url %s --stream-to -"
            .formatted(Btrfs2s3.launcher(), burnt.url(DISK));

    Result result =
        Program.bash("script -qec \"$1\" /dev/null </dev/null", command)
            .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
            .run()
            .expect(2);

    assertThat(result.stdout()).contains("standard output is a terminal");
  }
}
