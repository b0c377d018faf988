package org.btrfs2s3.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.TemporaryDirectory;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3ProxyStarter;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.it.tree.Manifest;
import org.btrfs2s3.it.tree.TrickyTree;

/**
 * Shows the whole path on real parts: three backups of a changing volume, the volume lost, the
 * newest backup restored onto another one and compared entry by entry. Run by {@code ./demo}. The
 * last line of stdout is the verdict, and so is the exit code: 0 or 3.
 */
public final class Demo {
  private static final String REMOTE = "demo";

  /** Not 1, which is what java itself ends with when it cannot even begin. */
  private static final int FAILED = 3;

  private static final int UPDATES = 3;
  private static final long VOLUME_BYTES = 1L << 30;
  private static final long SEED = 1;
  private static final int SHOWN_DIFFERENCES = 20;

  private final Path work;
  private final Path config;
  private final Path secretKey;

  private Demo(Path work) {
    this.work = work;
    this.config = work.resolve("config.yaml");
    this.secretKey = work.resolve("secret.asc");
  }

  /**
   * Runs the demo.
   *
   * @param args the directory for the files of the S3 server, which must exist
   */
  public static void main(String[] args) {
    int exitCode = FAILED;
    String verdict;
    try (TemporaryDirectory work = TemporaryDirectory.create("demo")) {
      Manifest restored = new Demo(work.path()).run(Path.of(args[0]));
      verdict = "DEMO PASSED: all " + restored.size() + " entries came back as they were";
      exitCode = 0;
    } catch (Exception | AssertionError e) {
      System.err.println(e.getMessage());
      verdict = "DEMO FAILED: " + e.toString().lines().findFirst().orElse("");
    }
    System.out.println(verdict);
    System.exit(exitCode);
  }

  private Manifest run(Path s3Files) throws Exception {
    try (S3Server server = S3ProxyStarter.start(s3Files);
        Bucket bucket = server.newBucket()) {
      say("An S3 server runs in this process: " + bucket);
      Manifest original = backUpAndLose(bucket);
      return restoreAndCompare(original);
    }
  }

  private Manifest backUpAndLose(Bucket bucket) throws Exception {
    try (LoopVolume volume = LoopVolume.create(VOLUME_BYTES)) {
      Path source = volume.path().resolve("data");
      Path snapshots = Files.createDirectory(volume.path().resolve("snapshots"));
      Program.of("btrfs", "subvolume", "create", source).output();
      say("A btrfs volume is mounted at " + volume.path());
      ConfigFile.inZone("America/St_Johns")
          .source(source, snapshots, upload())
          .s3Remote(REMOTE, bucket)
          .write(work);
      TrickyTree tree = new TrickyTree(SEED);
      tree.create(source);
      update(1);
      for (int run = 2; run <= UPDATES; run++) {
        tree.mutate(source, run - 1);
        update(run);
      }
      show("The tree of backups", "list");
      say("The bucket: " + bucket.sizes().size() + " objects, their sizes in bytes");
      bucket.sizes().forEach((key, size) -> System.out.printf("%12d  %s%n", size, key));
      Path scratch = Files.createDirectory(work.resolve("scratch"));
      show(
          "Every backup is restored and compared with its snapshot",
          "verify",
          "--remote",
          REMOTE,
          "--level",
          "restore",
          "--scratch",
          scratch.toString(),
          "--identity",
          secretKey.toString());
      Manifest original = Manifest.of(source);
      say("The volume and its snapshots are lost now");
      return original;
    }
  }

  private Upload upload() throws IOException {
    try (GpgHome gpg = GpgHome.create()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "btrfs2s3 demo");
      Path publicKey = gpg.exportPublic(key, work.resolve("public.asc"));
      gpg.exportSecret(key, secretKey);
      say("A key for this demo only: " + key);
      // Down to seconds, so that runs within one minute make backups against one another.
      return Upload.to(REMOTE, "1y 1m 1d 1h 10M 60s").encryptedTo(publicKey);
    }
  }

  private Manifest restoreAndCompare(Manifest original) throws Exception {
    try (LoopVolume volume = LoopVolume.create(VOLUME_BYTES)) {
      Path target = Files.createDirectory(volume.path().resolve("restored"));
      show(
          "The newest backup is restored onto a new volume",
          "restore",
          "--remote",
          REMOTE,
          "--to",
          target.toString(),
          "--latest",
          "--identity",
          secretKey.toString());
      Path subvolume = onlyEntry(target);
      say("Comparing " + subvolume + " with what was backed up");
      Manifest restored = Manifest.of(subvolume);
      List<String> differences = Manifest.difference(original, restored);
      if (!differences.isEmpty()) {
        differences.stream().limit(SHOWN_DIFFERENCES).forEach(System.out::println);
        throw new AssertionError(differences.size() + " differences after the restore");
      }
      return restored;
    }
  }

  private void update(int run) {
    show("Update " + run + " of " + UPDATES, "update", "--force");
  }

  private void show(String title, String... arguments) {
    say(title + ": btrfs2s3 " + String.join(" ", arguments));
    System.out.print(
        Btrfs2s3.withConfig(config).with((Object[]) arguments).run().expect(0).stdout());
  }

  private static Path onlyEntry(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> all = entries.toList();
      if (all.size() != 1) {
        throw new AssertionError("one subvolume should have been restored: " + all);
      }
      return all.getFirst();
    }
  }

  private static void say(String line) {
    System.out.println("\n==> " + line);
  }
}
