package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.tree.Golden;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bucket of the Python tool, as it is, can be read from everywhere. */
class GoldenRestoreTest {
  private static final String REMOTE = "golden";

  @ParameterizedTest
  @EnumSource
  void everyBackupComesBack(RemoteKind kind) throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = kind.orSkip(lab.work())) {
      upload(remote);
      assertComesBack(lab, remote);
    }
  }

  /** A copy of a bucket on a disk: nobody has made it a remote. */
  @Test
  void everyBackupComesBackFromADirectoryWithoutMarker() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote copy = new Remote.InDirectory(Files.createDirectory(lab.work().resolve("copy")));
      upload(copy);
      assertComesBack(lab, copy);
    }
  }

  private static void assertComesBack(Lab lab, Remote remote) throws IOException {
    Program program = lab.program(remote.addTo(ConfigFile.inZone("+13:33"), REMOTE));
    Path target = lab.newTarget();
    restore(program, target, "--all");
    Map<UUID, Manifest> manifests = new HashMap<>();
    for (Golden.Backup backup : Golden.backups()) {
      manifests.put(backup.uuid(), backup.manifest());
    }
    assertThat(manifests).hasSize(9);
    Restored.assertIdentical(manifests, target);
  }

  @Test
  void newestBackupComesBackAlone() throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      upload(remote);
      Program program = lab.program(remote.addTo(ConfigFile.inZone("UTC"), REMOTE));
      Path target = lab.newTarget();
      restore(program, target, "--latest");
      Golden.Backup newest = Golden.backups().getLast();

      assertThat(target.resolve("data.2026-11-21T00:03:16+13:33.58")).isDirectory();
      Restored.assertIdentical(Map.of(newest.uuid(), newest.manifest()), target);
    }
  }

  @Test
  void listShowsOneTreeOfAll() throws IOException {
    try (Lab lab = Lab.create();
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      upload(remote);
      Program list = lab.program(remote.addTo(ConfigFile.inZone("+13:33"), REMOTE)).with("list");
      String text = list.output();

      assertThat(text)
          .contains("9 backup(s)")
          .doesNotContain("broken", "duplicate", "other object");
      assertThat(text.lines().filter(line -> line.contains(" full "))).hasSize(1);
      assertThat(text.lines().filter(line -> line.contains(" differential "))).hasSize(8);
      String json = list.with("--json").output();
      assertThat(json).startsWith("{\n  \"version\" : 1,");
      JsonNode backups = new ObjectMapper().readTree(json).at("/remotes/0/backups");
      assertThat(backups).hasSize(9).allMatch(backup -> backup.get("restorable").asBoolean());
    }
  }

  private static void upload(Remote remote) throws IOException {
    for (Golden.Backup backup : Golden.backups()) {
      try (InputStream object = backup.open()) {
        remote.put(backup.key(), object.readAllBytes());
      }
    }
  }

  private static void restore(Program program, Path target, String selection) {
    program.with("restore", "--remote", REMOTE, "--to", target, selection).run().expect(0);
  }
}
