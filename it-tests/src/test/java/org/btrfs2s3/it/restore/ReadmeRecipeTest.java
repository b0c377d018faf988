package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedSet;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;

/**
 * The script of the README, as it stands there, restores a chain of a segmented backup, one in a
 * single object and another segmented one (invariant 8). Instead of the AWS command line, which not
 * every machine has, a function reads the objects as the server delivered them.
 */
class ReadmeRecipeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String SECTION = "\n## Restore without this program\n";

  private static final String AWS =
      """
      aws() {
        case "$1 $2" in
          "s3api list-objects-v2") (cd "$OBJECTS" && find . -type f -printf '%P\\n') ;;
          "s3 cp") cat "$OBJECTS/${3#s3://example-backups/}" ;;
          *) echo "unexpected: aws $*" >&2; return 1 ;;
        esac
      }
      """;

  @Test
  void restoresSegmentedAndOtherBackups() throws IOException {
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create();
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "recipe");
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Program update =
          lab.program(
                  ConfigFile.inZone(Lab.ZONE)
                      .s3Remote("cloud", bucket, "host1/")
                      .source(
                          lab.source(),
                          lab.snapshots(),
                          Upload.to("cloud", Lab.POLICY)
                              .encryptedTo(publicKey)
                              .with("segment_size", "1MiB")))
              .with("update", "--force");
      writeRandom(lab, "large", 3);
      update.run().expect(0);
      lab.write("small", "content");
      update.run().expect(0);
      lab.awaitNewSecond();
      writeRandom(lab, "larger", 2);
      update.run().expect(0);

      SortedSet<String> keys = bucket.keys();
      assertThat(keys).filteredOn(name -> name.endsWith(".commit")).hasSize(2);
      assertThat(keys).filteredOn(name -> name.contains(".mdvn1.")).hasSize(1);
      Path objects = download(bucket, lab);
      for (String wanted : keys) {
        if (wanted.endsWith(".commit") || wanted.contains(".mdvn1.")) {
          restores(lab, gpg, objects, wanted);
        }
      }
    }
  }

  private static void writeRandom(Lab lab, String file, int mebibytes) throws IOException {
    byte[] content = new byte[mebibytes << 20];
    new Random(mebibytes).nextBytes(content);
    Files.write(lab.source().resolve(file), content);
  }

  private static Path download(Bucket bucket, Lab lab) throws IOException {
    Path objects = lab.work().resolve("objects");
    for (String key : bucket.keys()) {
      Path file = objects.resolve(key);
      Files.createDirectories(file.getParent());
      Files.write(file, bucket.get(key));
    }
    return objects;
  }

  /** Receiving finds parents by identity on the whole volume: it must see only these copies. */
  private static void restores(Lab lab, GpgHome gpg, Path objects, String wanted)
      throws IOException {
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      String recipe =
          recipe()
              .replaceFirst("(?m)^wanted=.*$", "wanted=\\$WANTED")
              .replace("/mnt/new", volume.path().toString());
      assertThat(recipe).contains("wanted=$WANTED", "btrfs receive " + volume.path());
      Program.bash("cd \"$1\"\n" + AWS + recipe, lab.work())
          .withEnvironment("OBJECTS", objects.toString())
          .withEnvironment("WANTED", wanted)
          .withEnvironment("GNUPGHOME", gpg.path().toString())
          .output();

      var restored = Restored.in(volume.path());
      var expected = lab.snapshotManifests();
      expected.keySet().retainAll(restored.keySet());
      assertThat(restored.keySet()).anyMatch(uuid -> wanted.contains(".uuid" + uuid));
      Restored.assertIdentical(expected, volume.path());
    }
  }

  private static String recipe() throws IOException {
    String readme = Files.readString(README);
    int section = readme.indexOf(SECTION);
    int begin = readme.indexOf("```bash\n", section) + "```bash\n".length();
    assertThat(section).isPositive();
    return readme.substring(begin, readme.indexOf("```\n", begin));
  }
}
