package org.btrfs2s3.it.look;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Golden;
import org.btrfs2s3.it.tree.Manifest;
import org.btrfs2s3.it.tree.TrickyTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code files} tells what a restored tree would be, from the streams alone (invariant 9). */
class FilesTest {
  private static final String REMOTE = "disk";
  private static final long SEED = 11;

  @Test
  void tellsWhatTheGoldenBucketHolds(@TempDir Path directory) throws IOException {
    Path config = golden(directory);
    for (Golden.Backup backup : Golden.backups()) {
      String json = files(config, "--json", backup.uuid()).stdout();

      assertThat(json).startsWith("{\n  \"version\" : 1,");
      assertThat(Manifest.difference(backup.manifest().withoutContents(), Manifest.ofFiles(json)))
          .as(backup.key())
          .isEmpty();
    }
    // The twin: a neighbour in the chain is not the same.
    Golden.Backup newest = Golden.backups().getLast();
    Golden.Backup other = Golden.backups().get(Golden.backups().size() - 2);
    String json = files(config, "--json", newest.uuid()).stdout();
    assertThat(Manifest.difference(other.manifest().withoutContents(), Manifest.ofFiles(json)))
        .isNotEmpty();
  }

  @Test
  void namesTheObjectThatIsDamaged(@TempDir Path directory) throws IOException {
    Path config = golden(directory);
    Golden.Backup newest = Golden.backups().getLast();
    Golden.Backup root = Golden.backups().getFirst();
    Path object = directory.resolve(root.key());
    byte[] content = Files.readAllBytes(object);
    content[content.length / 2] ^= 1;
    Files.write(object, content);

    Result result = Btrfs2s3.runHere(config, "files", "--remote", REMOTE, newest.uuid());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).contains("cannot read backup " + root.key(), "at byte");
  }

  @Test
  void readsAnotherObjectOfWhatIsDamaged(@TempDir Path directory) throws IOException {
    Path config = golden(directory);
    Golden.Backup newest = Golden.backups().getLast();
    String undamaged = files(config, newest.uuid()).stdout();
    for (Golden.Backup backup : List.of(Golden.backups().getFirst(), newest)) {
      Path object = directory.resolve(backup.key());
      Files.copy(object, directory.resolve(backup.key() + ".copy"));
      Files.write(object, Arrays.copyOf(Files.readAllBytes(object), 1000));
    }

    Result result = files(config, newest.uuid());

    assertThat(result.stdout()).isEqualTo(undamaged);
    assertThat(result.stderr()).contains("; now tried: " + newest.key() + ".copy");
  }

  @Test
  void choosesByGlobAndBeginning(@TempDir Path directory) throws IOException {
    Path config = golden(directory);
    UUID uuid = Golden.backups().getFirst().uuid();
    String all = files(config, uuid).stdout();

    assertThat(files(config, uuid.toString().substring(0, 13)).stdout()).isEqualTo(all);
    assertThat(files(config, "--path", "**", uuid).stdout()).isEqualTo(all);
    assertThat(files(config, "--path", ".", uuid).stdout().lines()).hasSize(1);
    assertThat(Btrfs2s3.runHere(config, "files", "--remote", REMOTE, "0000").exitCode())
        .isEqualTo(1);
    assertThat(Btrfs2s3.runHere(config, "files", "--remote", REMOTE, "abc").exitCode())
        .isEqualTo(2);
  }

  private static Path golden(Path directory) throws IOException {
    for (Golden.Backup backup : Golden.backups()) {
      try (InputStream object = backup.open()) {
        Files.copy(object, directory.resolve(backup.key()));
      }
    }
    return ConfigFile.inZone("UTC").directoryRemote(REMOTE, directory).write(directory);
  }

  private static Result files(Path config, Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "files";
    all[1] = "--remote";
    all[2] = REMOTE;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    Result result = Btrfs2s3.runHere(config, all);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return result;
  }

  /** Compressed by the file system, by us, encrypted and in segments; six states of everything. */
  @Test
  void tellsWhatATrickyTreeIs() throws IOException {
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create()) {
      Program.of("mount", "-o", "remount,compress=zstd", lab.home()).output();
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "files");
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Path secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      Program program =
          lab.program(
              remote
                  .addTo(ConfigFile.inZone(Lab.ZONE), REMOTE)
                  .source(
                      lab.source(),
                      lab.snapshots(),
                      Upload.to(REMOTE, Lab.POLICY)
                          .encryptedTo(publicKey)
                          .with("btrfs", Map.of("compressed_data", true))
                          .with("segment_size", "4MiB")));
      TrickyTree tree = new TrickyTree(SEED);
      tree.create(lab.source());
      program.with("update", "--force").run().expect(0);
      for (int step = 1; step <= TrickyTree.LAST_DISTINCT_STEP; step++) {
        lab.awaitNewSecond();
        tree.mutate(lab.source(), step);
        program.with("update", "--force").run().expect(0);
      }

      Map<UUID, Manifest> manifests = lab.snapshotManifests();
      assertThat(manifests).hasSize(TrickyTree.LAST_DISTINCT_STEP + 1);
      assertThat(remote.keys()).anyMatch(name -> name.endsWith(".commit"));
      Path config = lab.work().resolve("config.yaml");
      for (var expected : manifests.entrySet()) {
        String json = files(config, "--json", "--identity", secretKey, expected.getKey()).stdout();
        assertThat(
                Manifest.difference(expected.getValue().withoutContents(), Manifest.ofFiles(json)))
            .isEmpty();
      }
    }
  }

  @Test
  void saysIfNothingFits(@TempDir Path directory) throws IOException {
    Path config = golden(directory);
    Object backup = Golden.backups().getFirst().uuid();

    Result result =
        Btrfs2s3.runHere(config, "files", "--remote", REMOTE, "--path", "nomatch", backup);

    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).contains("nothing in the backup fits --path 'nomatch'");
  }
}
