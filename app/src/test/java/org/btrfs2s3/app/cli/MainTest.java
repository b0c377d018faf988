package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {

  @TempDir private Path directory;

  private Path config = Path.of("");

  @BeforeEach
  void writeConfig() throws IOException {
    config =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            timezone: Europe/Berlin
            sources: [{path: /data, snapshots: /snap, upload_to_remotes: [{id: a, preserve: 1y}]}]
            remotes: [{id: a, s3: {bucket: b}}, {id: b, s3: {bucket: c}}]
            """);
  }

  @Test
  void acceptsAValidConfig() {
    Run run = Run.of("check-config", config.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualTo(config + ": OK, 1 source, 2 remotes, time zone Europe/Berlin\n");
    assertThat(run.err())
        .startsWith("warning: " + config + ":2:68: backups on 'a' are not encrypted\n");
  }

  @Test
  void warnsOfASourceThatIsNotThere() throws IOException {
    Files.writeString(
        config, Files.readString(config).replace("/data", directory.resolve("none").toString()));

    Run run = Run.of("check-config", config.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .endsWith(
            "warning: source " + directory.resolve("none") + ": there is no such directory now\n");
  }

  @Test
  void takesGlobalOptionsBeforeAndAfterTheCommand() {
    for (List<String> arguments :
        List.of(
            List.of("-c", config.toString(), "check-config"),
            List.of("check-config", "-c", config.toString()),
            List.of("-v", "--config", config.toString(), "check-config"),
            List.of("check-config", "-v", "--config=" + config),
            List.of("-v", "check-config", config.toString()))) {
      assertThat(Run.of(arguments.toArray(String[]::new)).exitCode()).as("%s", arguments).isZero();
    }
  }

  @Test
  void remembersVerboseGivenBeforeTheCommand() {
    for (List<String> arguments :
        List.of(List.of("-v", "check-config"), List.of("check-config", "-v"))) {
      CommandLine commandLine = Main.commandLine(Screen.plain());
      commandLine.parseArgs(arguments.toArray(String[]::new));
      CommandLine command = commandLine.getSubcommands().get("check-config");
      assertThat(command).isNotNull();
      assertThat(GlobalOptions.of(command).verbose()).as("%s", arguments).isTrue();
    }
  }

  @Test
  void refusesAnInvalidConfig() throws IOException {
    Files.writeString(config, "remotes: []\nsource: []\n");

    Run run = Run.of("check-config", config.toString());

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            config
                + ":1:10: 'remotes' is an empty list, expected at least one item\n"
                + config
                + ":2:1: unknown key 'source' in the file; did you mean 'sources'?"
                + " (allowed: timezone, sources, remotes, upload_memory, restore)\n");
  }

  @Test
  void refusesAConfigThatForbidsUpdates() throws IOException {
    Files.writeString(config, Files.readString(config).replace("/snap", "/data"));

    assertThat(Run.of("check-config", config.toString()).exitCode()).isEqualTo(4);
  }

  @Test
  void looksInEtcByDefault() {
    Path byDefault = Path.of("/etc/btrfs2s3/config.yaml");
    CommandLine commandLine = Main.commandLine(Screen.plain());
    commandLine.parseArgs("check-config");

    assertThat(GlobalOptions.of(commandLine).configFile(null)).isEqualTo(byDefault);
  }

  @Test
  void refusesTwoConfigs() {
    Run run = Run.of("-c", "/a", "check-config", "/b");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("the configuration is given twice: /a and /b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--nonsense", "nonsense", "check-config --nonsense", "check-config a b", ""})
  void refusesWrongUsage(String arguments) {
    Run run = Run.of(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).matches("btrfs2s3[^\n]*: [^\n]+; see btrfs2s3[a-z -]* --help\n");
  }

  @Test
  void saysWhatMayHaveBeenMeant() {
    assertThat(Run.of("restor").err())
        .isEqualTo(
            "btrfs2s3: unexpected 'restor'; similar: restore, reseed, list; see btrfs2s3 --help\n");
  }

  @Test
  void aWrongArgumentDoesNotReachTheTerminalAsItIs() {
    assertThat(Run.of("list", "--\u001b[2J\nforged").err())
        .containsOnlyOnce("\n")
        .doesNotContain("\u001b");
  }

  @Test
  void saysWhatIsWrongWithoutBuryingItInTheHelp() {
    Run run = Run.of("restore", "--remote", "r", "--to", "/", "--snapshot", "123");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("btrfs2s3 restore: Invalid value for option '--snapshot': neither a UUID")
        .endsWith("; see btrfs2s3 restore --help\n")
        .containsOnlyOnce("\n")
        .doesNotContain("java.", "Usage", "The backup of a snapshot");
  }

  @Test
  void printsItsVersion() {
    Run run = Run.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("btrfs2s3 [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "check-config --help", "gc --help", "abandon --help"})
  void printsHelp(String arguments) {
    Run run = Run.of(arguments.split(" "));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: btrfs2s3").contains("--config", "--verbose");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpOfEachCommandHasExamplesAndExitCodes() {
    for (var command : Main.commandLine(Screen.plain()).getSubcommands().keySet()) {
      assertThat(Run.of(command, "--help").out())
          .as(command)
          .contains("Examples:\n  btrfs2s3 " + command, "Exit codes of all commands:\n")
          .containsPattern("\n +12 +Not confirmed, or a guard withheld deletions.\n")
          .containsPattern("\n +143 ");
    }
  }

  @Test
  void showsNoStackTraceUnlessVerbose() {
    assertThat(failureOutput(new IOException("cannot do it")))
        .isEqualTo("btrfs2s3: cannot do it\n");
    assertThat(failureOutput(new IOException("cannot do it"), "-v"))
        .startsWith("btrfs2s3: cannot do it\njava.io.IOException: cannot do it\n  at ");
    assertThat(failureOutput(new IllegalStateException("x")))
        .isEqualTo(
            "btrfs2s3: unexpected failure, a defect of this program:"
                + " java.lang.IllegalStateException: x (-v shows where)\n");
  }

  @ParameterizedTest
  @EnumSource(RemoteException.Kind.class)
  void tellsARemoteThatIsAwayFromOneThatFailed(RemoteException.Kind kind) {
    ExitCode expected =
        switch (kind) {
          case NOT_FOUND, DENIED, TRANSIENT -> ExitCode.REMOTE_UNAVAILABLE;
          case CONFLICT, INTEGRITY, FROZEN, REFUSED -> ExitCode.FAILED;
        };

    assertThat(Failures.exitCode(new RemoteException(kind, "x"))).isEqualTo(expected);
  }

  private static String failureOutput(Exception failure, String... arguments) {
    var err = new StringWriter();
    CommandLine commandLine = Main.commandLine(Screen.plain());
    commandLine.setErr(new PrintWriter(err));
    var parsed = commandLine.parseArgs(arguments);
    new Failures().handleExecutionException(failure, commandLine, parsed);
    return err.toString();
  }
}
