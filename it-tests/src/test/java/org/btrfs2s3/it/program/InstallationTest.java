package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver of the program and the program agree. */
class InstallationTest {
  private static final Pattern LINK =
      Pattern.compile("]\\((?!https?:)(?<file>[^)#]*)(?:#(?<anchor>[^)]*))?\\)");

  @Test
  void tellsItsVersion() {
    assertThat(Btrfs2s3.installed().with("--version").output()).startsWith("btrfs2s3 ");
  }

  @Test
  void acceptsGeneratedConfiguration(@TempDir Path directory) throws Exception {
    try (GpgHome gpg = GpgHome.create();
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "A Test");
      Path publicKey = gpg.exportPublic(key, directory.resolve("key.pub.asc"));
      Path source = Files.createDirectory(directory.resolve("source"));
      Path snapshots = Files.createDirectory(directory.resolve("snapshots"));
      Path config =
          ConfigFile.inZone("America/St_Johns")
              .source(source, snapshots, Upload.to("s3", "1y 30d").encryptedTo(publicKey))
              .s3Remote("s3", bucket)
              .write(directory);

      // The twin of one that an update can use, on which nothing is said (TerminalSessionTest).
      assertThat(
              Btrfs2s3.installed().with("-c", config).with("check-config").run().expect(0).stderr())
          .startsWith("warning: source " + source + ": ")
          .containsOnlyOnce("\n");
      // The twin: a file that is not there.
      Btrfs2s3.installed()
          .with("-c", directory.resolve("absent"))
          .with("check-config")
          .run()
          .expect(4);
    }
  }

  /** Whoever has the installation need not have the source. */
  @Test
  void linksOfItsDocumentsLeadSomewhere() throws Exception {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path document : documents()) {
      var link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        links++;
        Path target =
            link.group("file").isEmpty()
                ? document
                : document.resolveSibling(link.group("file")).normalize();
        if (!Files.isRegularFile(target) || !hasAnchor(target, link.group("anchor"))) {
          dead.add(document + ": " + link.group());
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(links).isGreaterThan(20);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Btrfs2s3.home())) {
      return files.filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  /** As GitHub makes them of headings. */
  private static boolean hasAnchor(Path document, @Nullable String anchor) throws IOException {
    return anchor == null
        || Files.readAllLines(document).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
            .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
            .anyMatch(anchor::equals);
  }
}
