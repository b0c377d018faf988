package org.btrfs2s3.app.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the launcher with the Java of the test and a program of one class. Whatever is wrong with
 * what was learned, the program runs, and nobody but it writes to standard output.
 */
final class LearnedClassesTest {

  private static final String PROGRAM =
      """
      package org.btrfs2s3.app.cli;

      import java.nio.file.Files;
      import java.nio.file.Path;

      public class Main {
        public static void main(String[] arguments) throws Exception {
          boolean mapped = Files.readString(Path.of("/proc/self/maps")).contains("classes.aot");
          System.out.println(mapped ? "learned" : "new to it");
        }
      }
      """;

  private static final String LEARNED = "learned\n";
  private static final String NEW = "new to it\n";

  @TempDir private Path directory;

  private Path home = Path.of("");
  private Path learned = Path.of("");

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectory(directory.resolve("installed here"));
    learned = home.resolve("classes.aot");
    Files.createDirectory(home.resolve("bin"));
    Files.createDirectory(home.resolve("lib"));
    Files.copy(Path.of("src/main/dist/bin/btrfs2s3"), home.resolve("bin/btrfs2s3"));
    build(PROGRAM);
  }

  /** The jar's size follows that of the program. */
  private void build(String program) throws IOException {
    Path source = Files.writeString(directory.resolve("Main.java"), program);
    Path classes = directory.resolve("classes");
    Path jar = home.resolve("lib/program.jar");
    tool("javac", "-d", classes, source);
    tool("jar", "--create", "--no-compress", "--file", jar, "-C", classes, ".");
  }

  private static void tool(String name, Object... arguments) {
    String[] texts = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    assertThat(ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, texts))
        .isZero();
  }

  /** Standard output of a run that ends well. */
  private String run(String learn, String heap) throws IOException, InterruptedException {
    var builder = new ProcessBuilder("sh", home.resolve("bin/btrfs2s3").toString(), "update");
    builder.environment().put("BTRFS2S3_JAVA", System.getProperty("java.home"));
    builder.environment().put("BTRFS2S3_LEARN", learn);
    builder.environment().put("BTRFS2S3_HEAP", heap);
    Path errors = directory.resolve("errors");
    Process process = builder.redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return out;
  }

  @Test
  void areUsedByLaterRuns() throws Exception {
    assertThat(run("yes", "64m")).isEqualTo(NEW);
    assertThat(learned).isNotEmptyFile();

    assertThat(run("", "64m")).isEqualTo(LEARNED);
    // The heap of an update follows its configuration.
    assertThat(run("", "128m")).isEqualTo(LEARNED);
  }

  @Test
  void areIgnoredWhenTheProgramIsAnotherOfTheSameSizeAndTime() throws Exception {
    Path jar = home.resolve("lib/program.jar");
    FileTime time = Files.getLastModifiedTime(jar);
    long size = Files.size(jar);
    run("yes", "64m");

    build(PROGRAM.replace("learned", "LEARNED").replace("new to it", "NEW to it"));
    Files.setLastModifiedTime(jar, time);

    assertThat(Files.size(jar)).isEqualTo(size);
    assertThat(run("", "64m")).isEqualTo("NEW to it\n");
  }

  @Test
  void areIgnoredWhenJavaIsAnother() throws Exception {
    run("yes", "64m");
    byte[] content = Files.readAllBytes(learned);
    String start = new String(content, 0, 4096, StandardCharsets.ISO_8859_1);
    // Java's name for itself stands in the header.
    int version = start.indexOf(System.getProperty("java.vm.version"));
    assertThat(version).isPositive();
    content[version]++;
    Files.write(learned, content);

    assertThat(run("", "64m")).isEqualTo(NEW);
  }

  @Test
  void areIgnoredWhenTheyAreCutOff() throws Exception {
    run("yes", "64m");
    byte[] content = Files.readAllBytes(learned);
    Files.write(learned, Arrays.copyOf(content, content.length / 2));

    assertThat(run("", "64m")).isEqualTo(NEW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no such thing"})
  void areIgnoredWhenTheyAreSomethingElse(String content) throws Exception {
    Files.writeString(learned, content);

    assertThat(run("", "64m")).isEqualTo(NEW);
  }
}
