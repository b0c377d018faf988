package org.btrfs2s3.it.program;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.btrfs2s3.app.cli.Main;

/** The installed program of this build. */
public final class Btrfs2s3 {
  private static final String INSTALLATION = "btrfs2s3.installation";

  private Btrfs2s3() {}

  /**
   * The program without arguments, with the JDK of the tests, and shielded from the AWS settings of
   * whoever runs them.
   *
   * @throws AssertionError if it is not built: a test that cannot run has not passed
   */
  public static Program installed() {
    return at(launcher());
  }

  static Program at(Path launcher) {
    return Program.of(launcher)
        .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
        .withEnvironment("AWS_CONFIG_FILE", "/dev/null")
        .withEnvironment("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .withEnvironment("AWS_EC2_METADATA_DISABLED", "true");
  }

  /**
   * The program with a config file, {@code btrfs2s3 -c CONFIG ...}. This is a copy of the installed
   * one that starts more quickly.
   */
  public static Program withConfig(Path config) {
    return QuickInstallation.program().with("-c", config);
  }

  /**
   * Runs the program of this build to its end in this JVM, which takes a fraction of the time of
   * another JVM. It logs to where the tests log.
   */
  public static Result runHere(Path config, Object... arguments) {
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(stdout))
            .setErr(new PrintWriter(stderr))
            .execute(
                Stream.concat(Stream.of("-c", config), Stream.of(arguments))
                    .map(Object::toString)
                    .toArray(String[]::new));
    return new Result(exitCode, stdout.toString(), stderr.toString());
  }

  public static Path launcher() {
    Path launcher = home().resolve("bin").resolve("btrfs2s3").normalize();
    if (!Files.isExecutable(launcher)) {
      throw new AssertionError(
          launcher + " is missing: build it with mvn -DskipTests package, then mvn verify");
    }
    return launcher;
  }

  /** The installation's directory. */
  static Path home() {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty(INSTALLATION), "system property " + INSTALLATION + " is not set"));
  }
}
