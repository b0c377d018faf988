package org.btrfs2s3.it.program;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;

/**
 * A copy of the installation whose runs, which are short, cost half: it has learned its classes, as
 * {@code BTRFS2S3_LEARN} lets users have it, and its Java does without the compiler that only pays
 * in the long run. Made by the first test that needs it, for all JVMs of this build.
 */
final class QuickInstallation {
  private static final String DIRECTORY = "btrfs2s3.quick";

  private final Path original;
  private final Path home;
  private final Path java;
  private final Path madeOf;

  private QuickInstallation(Path original, Path directory) {
    this.original = original;
    this.home = directory.resolve("btrfs2s3");
    this.java = directory.resolve("java");
    this.madeOf = directory.resolve("made-of");
  }

  /** Made or found once in the life of a JVM. */
  private static final class Holder {
    static final Program PROGRAM = find();

    private static Program find() {
      String directory = System.getProperty(DIRECTORY);
      // Without btrfs there is no update to learn from, and no test that runs one.
      Program installed = Btrfs2s3.installed();
      if (directory == null || !LoopVolume.unsupportedReason().isEmpty()) {
        return installed;
      }
      try {
        return make(Files.createDirectories(Path.of(directory)));
      } catch (IOException e) {
        throw new AssertionError("cannot make a quick copy of the installation", e);
      }
    }
  }

  /** The program without arguments; the installed one where there is no copy. */
  static Program program() {
    return Holder.PROGRAM;
  }

  private static Program make(Path directory) throws IOException {
    QuickInstallation quick = new QuickInstallation(Btrfs2s3.home(), directory);
    // Another JVM may be about the same.
    try (FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      quick.makeIfChanged();
    }
    return quick.run();
  }

  private Program run() {
    return Btrfs2s3.at(home.resolve("bin").resolve("btrfs2s3"))
        .withEnvironment("BTRFS2S3_JAVA", java.toString());
  }

  private void makeIfChanged() throws IOException {
    String files = files();
    if (Files.exists(madeOf) && Files.readString(madeOf).equals(files)) {
      return;
    }
    Files.deleteIfExists(madeOf);
    Program.of("rm", "-rf", home, java).output();
    Program.of("cp", "-r", original, home).output();
    makeJava();
    learn();
    Files.writeString(madeOf, files);
  }

  /** What this is made of. Two builds may agree in sizes and mtimes, not in ctimes. */
  private String files() throws IOException {
    try (Stream<Path> all = Files.walk(original)) {
      return all.filter(Files::isRegularFile)
          .sorted()
          .map(file -> file + " " + ctime(file) + "\n")
          .collect(Collectors.joining("", System.getProperty("java.home") + "\n", ""));
    }
  }

  private static Object ctime(Path file) {
    try {
      return Files.getAttribute(file, "unix:ctime");
    } catch (IOException e) {
      throw new AssertionError("cannot look at " + file, e);
    }
  }

  /** What the launcher takes for a JDK. */
  private void makeJava() throws IOException {
    Path jdk = Path.of(System.getProperty("java.home"));
    Path bin = Files.createDirectories(java.resolve("bin"));
    Files.copy(jdk.resolve("release"), java.resolve("release"));
    Path script =
        Files.writeString(
            bin.resolve("java"),
            """
            #!/bin/sh
            exec '%s/bin/java' -XX:TieredStopAtLevel=1 "$@"
            """
                .formatted(jdk));
    Program.of("chmod", "+x", script).output();
  }

  /** By an update, which does the most. */
  private void learn() throws IOException {
    try (TemporaryDirectory work = TemporaryDirectory.create("learn");
        LoopVolume volume = LoopVolume.create(LoopVolume.SMALL);
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      Path source = volume.path().resolve("source");
      Program.of("btrfs", "subvolume", "create", source).output();
      Path snapshots = Files.createDirectory(volume.path().resolve("snapshots"));
      Path config =
          ConfigFile.inZone("UTC")
              .source(source, snapshots, Upload.to("s3", "1y"))
              .s3Remote("s3", bucket)
              .write(work.path());
      run()
          .with("-c", config, "update", "--force")
          .withEnvironment("BTRFS2S3_LEARN", "yes")
          .run()
          .expect(0);
    }
    if (!Files.exists(home.resolve("classes.aot"))) {
      throw new AssertionError("an update with BTRFS2S3_LEARN=yes learned nothing");
    }
  }
}
