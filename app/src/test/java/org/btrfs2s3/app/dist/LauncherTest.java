package org.btrfs2s3.app.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the launcher with Javas that only say how they were called. Where the launcher would look
 * for the machine's own Javas it looks in the temporary directory.
 */
final class LauncherTest {

  private static final String SYSTEM_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      if [ "${1:-}" = -version ]; then
        echo 'openjdk version "VERSION" 2025-09-16' >&2
        exit
      fi
      echo "java=$0"
      echo "pid=$$"
      echo "LC_ALL=$LC_ALL"
      for argument; do
        echo "argument=$argument"
      done
      exit ${FAKE_EXIT:-0}
      """;

  @TempDir private Path directory;

  private Path launcher = Path.of("");

  private record Run(long pid, int exitCode, List<String> out, String err) {

    List<String> values(String key) {
      return out.stream()
          .filter(line -> line.startsWith(key + "="))
          .map(line -> line.substring(key.length() + 1))
          .toList();
    }

    String java() {
      assertThat(values("java")).as("standard error: %s", err).hasSize(1);
      return values("java").getFirst();
    }

    /** Those of the user. */
    List<String> arguments() {
      List<String> all = values("argument");
      return all.subList(all.indexOf("org.btrfs2s3.app.cli.Main") + 1, all.size());
    }
  }

  @BeforeEach
  void install() throws IOException {
    // Resolved, because the launcher resolves links and a temporary directory may be behind one.
    directory = directory.toRealPath();
    Path tools = directory.resolve("tools");
    for (String tool : List.of("dirname", "find", "head", "readlink", "sed")) {
      writeExecutable(tools.resolve(tool), "#!/bin/sh\nexec " + systemTool(tool) + " \"$@\"\n");
    }
    String script = Files.readString(Path.of("src/main/dist/bin/btrfs2s3"));
    assertThat(script).contains("/usr/lib/jvm/*", " /opt/*", SYSTEM_PATH);
    launcher =
        writeExecutable(
            directory.resolve("installed here/bin/btrfs2s3"),
            script
                .replace("/usr/lib/jvm/*", directory + "/jvm/*")
                .replace(" /opt/*", " " + directory + "/opt/*")
                .replace(SYSTEM_PATH, tools.toString()));
  }

  private static Path systemTool(String name) {
    return Stream.of("/usr/bin", "/bin")
        .map(bin -> Path.of(bin, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static Path writeExecutable(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A JDK with a {@code release} file, in a directory below the temporary one. */
  private Path jdk(String home, String version) throws IOException {
    Path java = jdkWithoutRelease(home, version);
    Files.writeString(
        directory.resolve(home).resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_RUNTIME_VERSION=\"1\"\nJAVA_VERSION=\""
            + version
            + "\"\nOS=\"y\"");
    return java;
  }

  private Path jdkWithoutRelease(String home, String version) throws IOException {
    return writeExecutable(
        directory.resolve(home).resolve("bin/java"), FAKE_JAVA.replace("VERSION", version));
  }

  /** The environment is empty but for what is given. */
  private Run run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher, environment, arguments);
  }

  private Run run(Path command, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    Collections.addAll(line, arguments);
    var builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(directory.resolve("stderr").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    return new Run(
        process.pid(),
        exitCode,
        out.lines().toList(),
        Files.readString(directory.resolve("stderr")));
  }

  @Test
  void prefersThePlacesInTheDocumentedOrder() throws Exception {
    Map<String, String> environment =
        Map.of(
            "BTRFS2S3_JAVA", directory + "/chosen",
            "JAVA_HOME", directory + "/home",
            "PATH", directory + "/path/bin",
            "HOME", directory + "/user");
    List<Path> places = new ArrayList<>();
    for (String home :
        List.of("chosen", "home", "path", "jvm/a", "opt/b", "user/.sdkman/candidates/java/c")) {
      places.add(jdk(home, "25.0.3"));
    }

    assertThat(run(environment, "list").java()).isEqualTo(places.getFirst().toString());
    Map<String, String> unforced = new HashMap<>(environment);
    unforced.remove("BTRFS2S3_JAVA");
    for (Path place : places.subList(1, places.size())) {
      assertThat(run(unforced, "list").java()).isEqualTo(place.toString());
      Files.delete(place);
    }
    assertThat(run(unforced, "list").exitCode()).isEqualTo(1);
  }

  @Test
  void passesOverJavasThatAreTooOld() throws Exception {
    jdk("home", "17.0.15");
    jdk("path", "24.0.1");
    jdk("jvm/a", "1.8.0_402");
    jdk("jvm/b", "21");
    Path found = jdk("jvm/c", "25");

    Run run =
        run(Map.of("JAVA_HOME", directory + "/home", "PATH", directory + "/path/bin"), "list");

    assertThat(run.java()).isEqualTo(found.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "25,true",
    "25.0.3,true",
    "26-ea,true",
    "100.1,true",
    "24.0.2,false",
    "1.8.0_25,false"
  })
  void asksAJavaWithoutReleaseFile(String version, boolean accepted) throws Exception {
    Path java = jdkWithoutRelease("jvm/a", version);

    Run run = run(Map.of(), "list");

    assertThat(run.exitCode()).isEqualTo(accepted ? 0 : 1);
    assertThat(run.values("java")).isEqualTo(accepted ? List.of(java.toString()) : List.of());
  }

  @Test
  void findsTheReleaseFileBehindALink() throws Exception {
    Path java = jdk("elsewhere", "25.0.1");
    Path onPath = Files.createDirectory(directory.resolve("path"));
    Path link = Files.createSymbolicLink(onPath.resolve("java"), java);

    assertThat(run(Map.of("PATH", onPath.toString()), "list").java()).isEqualTo(link.toString());
  }

  @Test
  void saysWhatToInstallIfThereIsNoJava() throws Exception {
    jdk("jvm/a", "17.0.1");

    Run run = run(Map.of(), "update");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("no Java of version 25 or newer", "apt-get install openjdk-25-jre-headless");
  }

  @ParameterizedTest
  @ValueSource(strings = {"old", "old/bin/java", "missing"})
  void doesNotReplaceAJavaThatWasChosen(String chosen) throws Exception {
    jdk("old", "17.0.1");
    jdk("jvm/a", "25.0.1");

    Run run = run(Map.of("BTRFS2S3_JAVA", directory + "/" + chosen), "update");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(chosen, "is not a Java of version 25 or newer");
  }

  @Test
  void takesAJavaExecutableAsChosen() throws Exception {
    Path java = jdk("some where", "25.0.1");

    assertThat(run(Map.of("BTRFS2S3_JAVA", java.toString()), "update").java())
        .isEqualTo(java.toString());
  }

  @Test
  void setsALocaleInWhichEveryFileNameCanBeOpened() throws Exception {
    jdk("jvm/a", "25.0.1");

    assertThat(run(Map.of("LC_ALL", "C"), "update").values("LC_ALL")).containsExactly("C.UTF-8");
    assertThat(run(Map.of(), "update").values("LC_ALL")).containsExactly("C.UTF-8");
  }

  /** Else what the program prints could go into the first file that Java happens to open. */
  @Test
  void opensTheStandardStreamsThatAreClosed() throws Exception {
    Path java = jdk("jvm/a", "25.0.1");
    Path seen = directory.resolve("seen");
    writeExecutable(
        java,
        """
        #!/bin/sh
        for i in 0 1 2; do
          is=$(/usr/bin/readlink /proc/$$/fd/$i)
          echo "$is" >>'SEEN'
        done
        """
            .replace("SEEN", seen.toString()));
    var builder =
        new ProcessBuilder("/bin/sh", "-c", "exec \"$0\" list <&- >&- 2>&-", launcher.toString());
    builder.environment().clear();
    var process = builder.start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllLines(seen)).containsExactly("/dev/null", "/dev/null", "/dev/null");
  }

  @Test
  void passesArgumentsOnUnchanged() throws Exception {
    jdk("jvm/a", "25.0.1");
    String[] arguments = {"update", "--pretend", "a  b", "", "*", "$HOME", "it's", "Größe", "-c"};

    assertThat(run(Map.of(), arguments).arguments()).containsExactly(arguments);
  }

  @Test
  void becomesJavaAndEndsWithItsExitCode() throws Exception {
    jdk("jvm/a", "25.0.1");

    Run run = run(Map.of("FAKE_EXIT", "12"), "update");

    assertThat(run.exitCode()).isEqualTo(12);
    assertThat(run.values("pid")).containsExactly(Long.toString(run.pid()));
  }

  @Test
  void findsItsJarsWhenStartedThroughALink() throws Exception {
    jdk("jvm/a", "25.0.1");
    Path first = Files.createSymbolicLink(directory.resolve("first"), launcher);
    Path second = Files.createSymbolicLink(directory.resolve("second"), first.getFileName());

    List<String> arguments = run(second, Map.of(), "update").values("argument");

    assertThat(arguments).contains(directory.resolve("installed here/lib") + "/*");
  }

  @Test
  void boundsTheMemory() throws Exception {
    jdk("jvm/a", "25.0.1");

    assertThat(run(Map.of(), "update").values("argument"))
        .contains("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .anyMatch(a -> a.matches("-Xmx[0-9]+[mg]"))
        .anyMatch(a -> a.matches("-XX:MaxDirectMemorySize=[0-9]+m"));
  }

  private String heap(Map<String, String> environment, String... arguments) throws Exception {
    return run(environment, arguments).values("argument").stream()
        .filter(argument -> argument.startsWith("-Xmx"))
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upload_memory: 256MiB|384",
        "upload_memory: 1 GiB|1152",
        "upload_memory:   '64MiB'  # little|192",
        "upload_memory: \"65536KiB\"|192",
        "upload_memory: 0134217728|256",
        "upload_memory: 1TiB|1048704",
        "timezone: UTC|256",
        "x-a: {upload_memory: 256MiB}|256",
        "# upload_memory: 256MiB|256",
        "upload_memory: much|256",
        "upload_memory: 256MB|256",
        "upload_memory: 31MiB|256",
        "upload_memory: 9999999999999TiB|256",
        "upload_memory: 99999999999999|256",
      })
  void givesUpdatesTheMemoryThatTheConfigurationAllowsThem(String line, int mebibytes)
      throws Exception {
    jdk("jvm/a", "25.0.1");
    Path config =
        Files.writeString(directory.resolve("config.yaml"), "remotes: []\n" + line + "\nx-y: 1\n");

    assertThat(heap(Map.of(), "-c", config.toString(), "update"))
        .isEqualTo("-Xmx" + mebibytes + "m");
  }

  /** Each may have an upload under way, and none is to wait for another. */
  @Test
  void givesUpdatesMemoryForEachRemote() throws Exception {
    jdk("jvm/a", "25.0.1");
    Path config =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            remotes:
              - id: a
                s3: {bucket: b}
              - {id: b, directory: {path: /b}}
              # directory: none
              - id: s3
                s3 :
                  bucket: c
            """);

    assertThat(heap(Map.of(), "-c", config.toString(), "update")).isEqualTo("-Xmx320m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c FILE update",
        "-cFILE update",
        "-c=FILE update",
        "--config FILE -v update --force",
        "--config=FILE update",
        "update -c FILE",
        "update --force FILE",
        "-v update --wait 5 --force FILE",
        "update FILE --wait=5",
      })
  void findsTheConfigurationWhereverItIsNamed(String arguments) throws Exception {
    jdk("jvm/a", "25.0.1");
    Path config =
        Files.writeString(directory.resolve("a file.yaml"), "upload_memory: 1GiB\r\nremotes: []\n");

    String[] named =
        Stream.of(arguments.split(" "))
            .map(argument -> argument.replace("FILE", config.toString()))
            .toArray(String[]::new);

    assertThat(heap(Map.of(), named)).isEqualTo("-Xmx1152m");
  }

  @Test
  void givesReseedsMemoryForUploadsAndListings() throws Exception {
    jdk("jvm/a", "25.0.1");
    Path config =
        Files.writeString(directory.resolve("config.yaml"), "upload_memory: 1GiB\nremotes: []\n");

    String[] reseed = {"-c", config.toString(), "reseed", "--from", "a", "--to", "b"};
    assertThat(heap(Map.of(), reseed)).isEqualTo("-Xmx1408m");
    assertThat(heap(Map.of(), "-c", "/missing", "reseed")).isEqualTo("-Xmx512m");
  }

  @Test
  void givesCommandsThatUploadNothingTheMemoryForLongListings() throws Exception {
    jdk("jvm/a", "25.0.1");

    for (String command : List.of("list", "restore", "check-config")) {
      assertThat(heap(Map.of(), "-c", "/missing", command)).isEqualTo("-Xmx512m");
      assertThat(heap(Map.of(), command, "--url", "s3://b", "--profile", "update"))
          .isEqualTo("-Xmx512m");
    }
  }

  @Test
  void givesAsMuchHeapAsTheEnvironmentDemands() throws Exception {
    jdk("jvm/a", "25.0.1");

    for (String command : List.of("list", "update")) {
      assertThat(heap(Map.of("BTRFS2S3_HEAP", "3g"), command)).isEqualTo("-Xmx3g");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "list,true",
    "list --json,true",
    "check-config /etc/x,true",
    "gc --foreign --older-than 30d,true",
    "abandon 0,true",
    "--version,true",
    "--help,true",
    "'',true",
    "-v -c /etc/x list,true",
    "--config=/etc/x list,true",
    "update,false",
    "update --force,false",
    "-c list update,false",
    "--config /list restore,false",
    "restore --to list,false",
    "restore --url s3://update/list --passphrase-file update --to /x,false",
    "list --url s3://update --region update --ca-file update,true",
  })
  void leavesTheOptimizingCompilerOutOfShortCommandsOnly(String arguments, boolean isShort)
      throws Exception {
    jdk("jvm/a", "25.0.1");

    Run run = run(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(run.values("argument").contains("-XX:TieredStopAtLevel=1")).isEqualTo(isShort);
  }

  private List<String> caches(Map<String, String> environment) throws Exception {
    return run(environment, "update").values("argument").stream()
        .filter(argument -> argument.startsWith("-XX:AOT"))
        .toList();
  }

  @Test
  void usesWhatWasLearnedIfAnything() throws Exception {
    jdk("jvm/a", "25.0.1");
    Files.createDirectory(directory.resolve("installed here/lib"));
    Path learned = directory.resolve("installed here/classes.aot");

    assertThat(caches(Map.of())).isEmpty();
    Files.writeString(learned, "");
    assertThat(caches(Map.of())).isEmpty();
    Files.writeString(learned, "x");
    assertThat(caches(Map.of())).containsExactly("-XX:AOTCache=" + learned);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsAnewWhereItIsTold(boolean again) throws Exception {
    jdk("jvm/a", "25.0.1");
    Path learned = directory.resolve("installed here/classes.aot");
    if (again) {
      Files.writeString(learned, "x");
    }

    assertThat(caches(Map.of("BTRFS2S3_LEARN", "yes")))
        .containsExactly("-XX:AOTCacheOutput=" + learned);
  }
}
