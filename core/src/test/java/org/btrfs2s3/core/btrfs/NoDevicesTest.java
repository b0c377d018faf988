package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.btrfs2s3.core.testing.Command;
import org.btrfs2s3.core.testing.LoopVolume;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which mount is without devices, and what else of it changes: nothing. (Invariant 10.) */
final class NoDevicesTest {

  private static final String NULL_DEVICE = "null";

  @TempDir private Path temporary = Path.of("");

  private Path point = Path.of("");

  /** The last one first. */
  private final Deque<Path> mounted = new ArrayDeque<>();

  @BeforeEach
  void mount() throws IOException {
    LoopVolume.assume();
    // What the kernel writes otherwise where it tells paths.
    point = Files.createDirectory(temporary.toRealPath().resolve("a b\\Größe,ro"));
    mount(point, "noatime,nosuid");
  }

  @AfterEach
  void unmount() throws IOException {
    for (var path : mounted) {
      Command.run("umount", path.toString());
    }
  }

  private void mount(Path onto, String options) throws IOException {
    Command.run("mount", "-t", "tmpfs", "-o", options, "none", onto.toString());
    mounted.push(onto);
    Command.run("mknod", onto.resolve(NULL_DEVICE).toString(), "c", "1", "3");
  }

  private static String run(Path directory, String... command) throws IOException {
    return Command.run(NoDevices.in(directory).around(List.of(command)).toArray(String[]::new));
  }

  private static String options(List<String> around, Path point) throws IOException {
    var command = new ArrayList<>(around);
    command.addAll(List.of("--noheadings", "--output", "VFS-OPTIONS", "--mountpoint"));
    command.add(point.toString());
    return Command.run(command.toArray(String[]::new));
  }

  private static void assertNoDevice(Path directory) {
    assertThatThrownBy(() -> run(directory, "cat", directory.resolve(NULL_DEVICE).toString()))
        .hasMessageContaining("Permission denied");
  }

  @Test
  void noDeviceCanBeOpenedInTheMountThatHoldsTheDirectory() throws IOException {
    var below = Files.createDirectories(point.resolve("b/c"));
    Command.run("mknod", below.resolve(NULL_DEVICE).toString(), "c", "1", "3");
    assertThat(NoDevices.access(below)).isEqualTo(new DeviceAccess.Shut());
    assertNoDevice(below);
    assertThatThrownBy(() -> run(below, "cat", point.resolve(NULL_DEVICE).toString()))
        .hasMessageContaining("Permission denied");
    // The twins: other mounts, and everybody else.
    assertThat(run(below, "cat", "/dev/null")).isEmpty();
    assertThat(Command.run("cat", below.resolve(NULL_DEVICE).toString())).isEmpty();
  }

  @Test
  void theMountKeepsItsOtherOptionsAndIsTheSameForOthers() throws IOException {
    var before = options(List.of("findmnt"), point);
    var inside = options(NoDevices.in(point).around(List.of("findmnt")), point);

    assertThat(inside.split(",")).contains("nosuid", "noatime", "nodev", "rw").hasSize(4);
    assertThat(options(List.of("findmnt"), point)).isEqualTo(before).doesNotContain("nodev");
  }

  @Test
  void whatOthersUnmountMeanwhileGoesHereToo() throws Exception {
    Command.run("mount", "--make-shared", point.toString());
    var disk = Files.createDirectory(point.resolve("disk"));
    mount(disk, "rw");
    var script = "echo begun; read -r line; cat /proc/self/mounts";
    var process =
        new ProcessBuilder(NoDevices.in(point).around(List.of("sh", "-c", script))).start();
    try (var input = process.outputWriter(StandardCharsets.UTF_8);
        var output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("begun");
      assertThat(options(List.of("findmnt"), point)).doesNotContain("nodev");
      Command.run("umount", mounted.pop().toString());
      input.write("go on\n");
      input.flush();
      assertThat(output.readAllLines())
          .anyMatch(line -> line.contains("Größe,ro tmpfs") && line.contains("nodev"))
          .noneMatch(line -> line.contains("Größe,ro/disk "));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatIsMountedOverAnotherIsTheMountThatCounts() throws IOException {
    mount(point, "rw");
    var nested = Files.createDirectory(point.resolve("nested"));
    mount(nested, "noexec");
    assertNoDevice(point);
    assertNoDevice(nested);
    assertThat(run(nested, "cat", point.resolve(NULL_DEVICE).toString())).isEmpty();
  }

  @Test
  void aMountWithoutDevicesNeedsNothing() throws IOException {
    mount(point, "nodev");
    var command = List.of("true");
    assertThat(NoDevices.in(point).around(command)).isEqualTo(command);
    assertThat(NoDevices.access(point)).isEqualTo(new DeviceAccess.Shut());
  }

  @Test
  void whatCannotBeFoundOutIsOpen() {
    assertThat(NoDevices.access(point.resolve("missing")))
        .isInstanceOfSatisfying(
            DeviceAccess.Open.class, open -> assertThat(open.why()).contains("missing"));
  }

  @Test
  void theProcessStaysTheSame() throws Exception {
    var command = NoDevices.in(point).around(List.of("sh", "-c", "echo $$; cat"));
    var process = new ProcessBuilder(command).start();
    try (var input = process.getOutputStream()) {
      input.write('x');
    }
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(process.pid() + "\nx");
    assertThat(process.waitFor()).isZero();
  }
}
