package org.btrfs2s3.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that somebody put into the bucket do nothing in a recipe but name (invariant 8). */
final class RecipeCommandTest {

  private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000001";
  private static final String CONTENT = "btrfs-stream\0what is in it";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "with + and : and %",
        "quote ' and \" and `touch pwned`",
        "$(touch pwned)",
        "'; touch pwned; '",
        "'\"'\"'; touch pwned #",
        "line\ntouch pwned\n",
        "\r\ntouch pwned\r\n",
        "back\\slash \\' ; touch pwned",
        "\u001b]0;title\u0007 \u202e backwards \u0085 é 💾 1",
        "{a,b} * ? ~ !! <(touch pwned) >pwned",
        "-n",
        "octal \u00017",
        "$'\\n'",
      })
  void runsWithHostileNames(String base) throws IOException, InterruptedException {
    var remote = Files.createDirectory(directory.resolve("a remote's $(touch pwned)"));
    Files.createFile(remote.resolve("btrfs2s3-remote"));
    Files.writeString(remote.resolve(key(base)), CONTENT);
    var config = config("{id: disk, directory: {path: \"%s\"}}".formatted(remote));

    var recipe = Run.of("-c", config, "recipe", "aaaa", "--to", "/tmp/it's $(touch pwned)");

    assertThat(recipe.exitCode()).as(recipe.err()).isZero();
    assertThat(recipe.out().codePoints().filter(c -> c != '\n' && Character.isISOControl(c)))
        .isEmpty();
    assertThat(bash(recipe.out())).isEqualTo("receive -- /tmp/it's $(touch pwned)\n" + CONTENT);
    assertThat(directory.resolve("pwned")).doesNotExist();
  }

  @Test
  void asksForTheRemoteIfThereAreSeveral() throws IOException {
    var config = config("{id: a, directory: {path: /a}}, {id: b, directory: {path: /b}}");

    var run = Run.of("-c", config, "recipe", "aaaa");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("from which remote?", "a, b");
  }

  @Test
  void needsNoConfigurationWithAUrl() throws IOException, InterruptedException {
    var remote = Files.createDirectory(directory.resolve("disk"));
    Files.writeString(remote.resolve(key("data")), "backwards");

    var unclear = Run.of("recipe", "aaaa", "--url", "file://" + remote);
    var recipe =
        Run.of(
            "recipe",
            "aaaa",
            "--url",
            "file://" + remote,
            "--restore-through",
            "rev",
            "--restore-through",
            "tr a-z A-Z",
            "--to",
            "/mnt");

    assertThat(unclear.exitCode()).isEqualTo(1);
    assertThat(unclear.err()).contains("an unknown format", "--restore-through");
    assertThat(recipe.exitCode()).as(recipe.err()).isZero();
    assertThat(bash(recipe.out())).startsWith("receive -- /mnt\nSDRAWKCAB");
  }

  @Test
  void showsLocalTimes() throws IOException {
    var remote = Files.createDirectory(directory.resolve("disk"));
    Files.writeString(
        remote.resolve(key("data").replace("T00:00:00+00:00", "T00:00:00+02:00")), CONTENT);

    assertThat(
            Run.of("recipe", "aaaa", "--url", "file://" + remote, "--restore-through", "rev").out())
        .contains("# 1 of 1: data of 2026-01-01T00:00:00+02:00, full");
  }

  @Test
  void knowsTwoProgramsThatFetch() {
    var run = Run.of("recipe", "aaaa", "--fetch-with", "wget");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("neither aws nor curl: 'wget'");
  }

  private String config(String remotes) throws IOException {
    return Files.writeString(
            directory.resolve("config.yaml"),
            "timezone: UTC\nsources: []\nremotes: [" + remotes + "]\n")
        .toString();
  }

  private static String key(String base) {
    return base
        + ".ctim2026-01-01T00:00:00+00:00.ctid7.uuid"
        + UUID
        + ".sndp00000000-0000-0000-0000-000000000000"
        + ".prntbbbbbbbb-0000-0000-0000-000000000001.mdvn1.seqn0";
  }

  /** Runs the script with a btrfs that shows its arguments and its input. */
  private String bash(String script) throws IOException, InterruptedException {
    var tools = Files.createDirectory(directory.resolve("tools"));
    var btrfs = Files.writeString(tools.resolve("btrfs"), "#!/bin/sh\necho \"$@\"\ncat\n");
    Files.setPosixFilePermissions(btrfs, PosixFilePermissions.fromString("rwxr-xr-x"));
    var file = Files.writeString(directory.resolve("recipe.sh"), script);
    var output = directory.resolve("output");
    var builder =
        new ProcessBuilder(List.of("bash", file.toString()))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().merge("PATH", "", (path, _) -> tools + ":" + path);
    var process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    var text = Files.readString(output, UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
