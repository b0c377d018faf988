package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lines of {@code gc} and {@code abandon}, where no source is there. */
final class CleaningCommandsTest {

  private static final String SNAPSHOT = "aaaaaaaa-0000-0000-0000-000000000001";
  private static final String COMMITTED = "aaaaaaaa-0000-0000-0000-000000000002";

  @TempDir private Path directory;

  private Path config = Path.of("");
  private Path remote = Path.of("");

  @BeforeEach
  void writeRemote() throws IOException {
    remote = Files.createDirectory(directory.resolve("remote"));
    Files.createFile(remote.resolve("btrfs2s3-remote"));
    for (var part : List.of("seqn000000", "seqn000001")) {
      Files.writeString(remote.resolve(key(SNAPSHOT, part)), "x");
      Files.writeString(remote.resolve(key(COMMITTED, part)), "x");
    }
    Files.writeString(remote.resolve(key(COMMITTED, "seqn000002") + ".commit"), "{}");
    config =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            timezone: UTC
            sources:
            - path: %s
              snapshots: %s
              upload_to_remotes: [{id: disk, preserve: 1y}]
            remotes: [{id: disk, directory: {path: %s}}, {id: gone, directory: {path: /none}}]
            """
                .formatted(directory.resolve("data"), directory.resolve("snapshots"), remote));
  }

  private static String key(String snapshot, String part) {
    return "data.ctim2026-01-01T00:00:00+00:00.ctid7.uuid"
        + snapshot
        + ".sndp00000000-0000-0000-0000-000000000000"
        + ".prntbbbbbbbb-0000-0000-0000-000000000001.mdvn2."
        + part
        + ".atmp0123456789abcdef";
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(remote)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gc --foreign",
        "gc --older-than 30d",
        "gc --foreign --older-than 30",
        "gc --foreign --older-than 23h",
        "gc --foreign --older-than 99999999d",
        "gc --wait -1",
        "abandon",
        "abandon 123",
        "abandon --remote nowhere " + SNAPSHOT,
      })
  void refusesWrongUsage(String arguments) throws IOException {
    var before = files();

    var run = Run.of(("-c " + config + " " + arguments).split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void gcRemovesNothingForeignWithoutKnowingItsOwnSources() throws IOException {
    var before = files();

    var run = Run.of("gc", "--foreign", "--older-than", "1d", config.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("nothing to be removed", "problem: ", "nothing was removed");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void gcPrintsJsonAlone() {
    var run = Run.of("gc", "--json", config.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .startsWith("{\n  \"version\" : 1,\n  \"command\" : \"gc\",\n  \"pretend\" : false,")
        .contains("\"outcome\" : {")
        .endsWith("}\n");
  }

  @Test
  void abandonGivesUpAForeignUploadOnlyIfTold() throws IOException {
    var refused = Run.of("abandon", "--force", SNAPSHOT, config.toString());

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("bbbbbbbb-0000-0000-0000-000000000001", "--foreign");
    assertThat(files()).hasSize(6);

    var pretended = Run.of("-c", config.toString(), "abandon", "--foreign", "--pretend", SNAPSHOT);

    assertThat(pretended.exitCode()).as(pretended.err()).isZero();
    assertThat(pretended.out()).contains("remove 2 segment(s) of 2026-01-01T00:00:00Z");
    assertThat(files()).hasSize(6);

    var run = Run.of("-c", config.toString(), "abandon", "--foreign", "--force", SNAPSHOT);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("removed: 2 segment(s) of 2026-01-01T00:00:00Z");
    assertThat(run.out()).endsWith(SNAPSHOT + ": 1 item(s) removed\n");
    assertThat(files()).hasSize(4).noneMatch(file -> file.contains(SNAPSHOT));
  }

  @Test
  void abandonRefusesWhatABackupWasSentAgainst() throws IOException {
    var child = "aaaaaaaa-0000-0000-0000-000000000077";
    var parent = ".sndp" + SNAPSHOT;
    for (var part : List.of("seqn000000", "seqn000001.commit")) {
      var key = key(child, part.substring(0, 10)) + part.substring(10);
      Files.writeString(remote.resolve(key.replaceFirst("[.]sndp[0-9-]+", parent)), "x");
    }
    var before = files();

    var run = Run.of("-c", config.toString(), "abandon", "--foreign", SNAPSHOT);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("error: remote disk: the segments stay");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void abandonLeavesABackupAlone() throws IOException {
    var before = files();

    var run = Run.of("abandon", "--foreign", COMMITTED, config.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("it is left alone");
    assertThat(run.out()).isEqualTo(COMMITTED + ": there is no interrupted upload of it\n");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void abandonSaysIfItCouldNotLook() {
    var run = Run.of("abandon", "--remote", "gone", SNAPSHOT, config.toString());

    assertThat(run.exitCode()).isEqualTo(10);
    assertThat(run.out()).isEqualTo(SNAPSHOT + ": nothing was removed\n");
  }

  @Test
  void abandonRefusesABeginningThatFitsSeveral() throws IOException {
    var unclear = Run.of("-c", config.toString(), "abandon", "--foreign", "--force", "aaaaaaaa-");

    assertThat(unclear.exitCode()).isEqualTo(1);
    assertThat(unclear.err()).contains(SNAPSHOT, COMMITTED);
    assertThat(files()).hasSize(6);
  }
}
