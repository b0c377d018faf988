package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A {@code btrfs} tool that breaks; invariant 1. */
class SendFaultsTest {
  private Scene scene;
  private Path tools;

  @BeforeEach
  void create() throws IOException {
    scene = Scene.create();
    tools = Files.createDirectory(scene.work().resolve("bin"));
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'exit 0', ends before the END command",
    "'\"$real\" \"$@\" | head -c 200; exit 0', ends before the END command",
    "'\"$real\" \"$@\" 2> /dev/null; echo broken >&2; exit 1', broken",
    "'\"$real\" \"$@\" | head -c 200; kill -9 $$', SIGKILL",
    "'\"$real\" \"$@\"; echo', bytes after the END command",
    "'head -c 1000 /dev/zero', does not begin as a btrfs send stream"
  })
  void brokenSendStoresNothing(String script, String words) throws Exception {
    setTool(script);
    Result result = update().expect(1);
    assertThat(result.stderr()).contains(words);
    assertNothingStored();
    assertThat(Scene.subvolumes(scene.snapshots())).as("kept").hasSize(1);

    setTool("exec \"$real\" \"$@\"");
    update().expect(0);
    assertThat(scene.bucket().keys()).hasSize(1);
  }

  private void assertNothingStored() {
    assertThat(scene.bucket().keys()).isEmpty();
    assertThat(scene.bucket().unfinishedUploads()).isEmpty();
  }

  private Result update() throws IOException {
    return scene
        .program(scene.config())
        .withEnvironment("PATH", tools + ":" + System.getenv("PATH"))
        .with("update", "--force")
        .run();
  }

  private void setTool(String script) throws IOException {
    Path btrfs = tools.resolve("btrfs");
    String real = Program.bash("command -v btrfs").output().strip();
    Files.writeString(btrfs, "#!/bin/sh\nreal=" + real + "\n" + script + "\n");
    assertThat(btrfs.toFile().setExecutable(true)).isTrue();
  }
}
