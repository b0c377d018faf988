package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.it.lab.Footprint;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.lab.Shared;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What surrounds a restore: names, leftovers, parents that are there already, refusals. */
class RestoreBehaviourTest {
  private static final String REMOTE = "disk";

  @RegisterExtension
  static final Shared<TwoBackups> SHARED = new Shared<>(() -> TwoBackups.create(REMOTE));

  private Lab lab;
  private Program program;
  private Path firstName;
  private Path secondName;

  @BeforeEach
  void backUpOnce() throws IOException {
    TwoBackups backups = SHARED.get();
    lab = backups.lab();
    program = backups.program();
    firstName = backups.full();
    secondName = backups.differential();
  }

  /** A second copy on the volume would keep the first from being used as send parent. */
  @AfterEach
  void deleteRestored() throws IOException {
    if (SHARED.made().isPresent()) {
      lab.deleteRestored();
    }
  }

  private Program restore(Path target, String... more) {
    return program.with("restore", "--remote", REMOTE, "--to", target).with((Object[]) more);
  }

  private void assertRestored(Path target, Path... names) throws IOException {
    Map<UUID, Manifest> expected = new HashMap<>();
    for (Path name : names) {
      assertThat(target.resolve(name)).isDirectory();
      Path snapshot = lab.snapshots().resolve(name);
      expected.put(new KernelBtrfs().inspect(snapshot).uuid(), Manifest.of(snapshot));
    }
    Restored.assertIdentical(expected, target);
  }

  @Test
  void saysThatABackupOfItStartsANewTree() throws IOException {
    Path target = lab.newTarget();
    Result result = restore(target, "--latest").run().expect(0);

    assertThat(result.stdout()).isEqualTo("restored " + target.resolve(secondName) + "\n");
    assertThat(result.stderr().lines().toList().getLast()).contains("starts a new tree");
    assertRestored(target, secondName);
  }

  @Test
  void saysThatNothingCanBeCreatedInAReadOnlyTarget() throws IOException {
    Path target = restoredFirst();
    Path readOnly = target.resolve(firstName);

    assertThat(restore(readOnly, "--latest").run().expect(1).stderr())
        .contains(
            "cannot restore to " + readOnly + ": nothing can be created there: Read-only file");
  }

  @Test
  void keepsTheChainWhenAsked() throws IOException {
    Path target = lab.newTarget();
    restore(target, "--latest", "--keep-chain").run().expect(0);

    assertRestored(target, firstName, secondName);
  }

  @Test
  void refusesANameThatExistsBeforeTheFirstByte() throws IOException {
    Path target = lab.newTarget();
    Path taken = Files.writeString(target.resolve(secondName), "mine");
    Result refused = restore(target, "--all").run().expect(1);

    assertThat(refused.stderr()).contains(taken + " exists already").doesNotContain("fetching");
    assertThat(target).isDirectoryContaining(taken::equals);
    assertThat(taken).hasContent("mine");

    // The twin: the name is free.
    Files.delete(taken);
    restore(target, "--all").run().expect(0);
    assertRestored(target, firstName, secondName);
  }

  @Test
  void restoringTwiceFetchesNothingAndChangesNothing() throws IOException {
    Path target = lab.newTarget();
    restore(target, "--latest").run().expect(0);
    String before = lab.subvolumes();
    Result again = restore(target, "--latest").run().expect(0);

    assertThat(again.stderr())
        .contains("restored already: " + secondName)
        .doesNotContain("fetching");
    assertThat(lab.subvolumes()).isEqualTo(before);
    assertThat(target).isDirectoryContaining(target.resolve(secondName)::equals);
    restore(target, "--all").run().expect(0);
    assertRestored(target, firstName, secondName);
  }

  /** Its identity tells that it was that backup, and its transactions that it is not any more. */
  @Test
  void restoringOverAnEditedCopyIsRefused() throws IOException {
    Path target = restoredFirst();
    Path copy = target.resolve(firstName);
    edit(copy);
    Result refused = restore(target, "--all").run().expect(1);

    assertThat(refused.stderr())
        .contains(copy + " exists already, and it was changed after")
        .doesNotContain("fetching");
    assertThat(copy.resolve("file")).hasContent("edited");
  }

  @Test
  void dryRunChangesNothing() throws IOException {
    Path target = lab.newTarget();
    Footprint before = Footprint.of(lab);
    Result dry = restore(target, "--latest", "--dry-run").run().expect(0);

    assertThat(dry.stdout())
        .contains(secondName.toString(), "2 object(s)")
        .containsPattern("of space needed, [0-9.]+ [KMG]iB free\n");
    assertThat(Footprint.of(lab)).isEqualTo(before);
    restore(target, "--latest").run().expect(0);
    assertThat(Footprint.of(lab)).isNotEqualTo(before);
  }

  @Test
  void deletesWhatAnEarlierRunLeftUnfinished() throws IOException {
    Path target = lab.newTarget();
    Path hidden = target.resolve(".btrfs2s3-restoring");
    Path received = hidden.resolve("received");
    Path leftover = received.resolve(UUID.randomUUID().toString());
    Program.bash("mkdir -m 700 -p \"$1\" \"$1\"/received", hidden).output();
    Program.of("btrfs", "subvolume", "create", leftover).output();
    Program.bash("mkdir -p \"$1\"/a/b && ln -s \"$2\" \"$1\"/a/link", received, lab.source())
        .output();
    Path own = target.resolve("restoring");
    Program.of("btrfs", "subvolume", "create", own).output();
    restore(target, "--latest").run().expect(0);

    assertThat(hidden).doesNotExist();
    assertThat(lab.source().resolve("file")).exists();
    assertThat(own).isDirectory();
    Program.of("btrfs", "subvolume", "delete", own).output();
    assertRestored(target, secondName);
  }

  @Test
  void restoresBesideTheOriginals() throws IOException {
    Path target = Files.createDirectory(lab.home().resolve("restored"));
    restore(target, "--all").run().expect(0);

    assertRestored(target, firstName, secondName);
    Program.bash("btrfs subvolume delete \"$1\"/*", target).output();
  }

  /** Where the originals are, and under their names: they are neither replaced nor touched. */
  @Test
  void refusesToRestoreOverTheOriginals() throws IOException {
    String before = lab.subvolumes();
    assertThat(restore(lab.snapshots(), "--latest").run().expect(1).stderr())
        .contains("exists already");
    assertThat(lab.subvolumes()).isEqualTo(before);
  }

  @Test
  void refusesAnotherFileSystem() throws IOException {
    Path target = Files.createDirectory(lab.work().resolve("target"));
    Result refused = restore(target, "--latest").run().expect(1);

    assertThat(refused.stderr())
        .contains(target.toString(), "btrfs")
        .doesNotContain("Exception", "fetching");
    assertThat(target).isEmptyDirectory();
    assertThat(restore(target.resolve("missing"), "--latest").run().expect(1).stderr())
        .contains(target.resolve("missing").toString());
  }

  @Test
  void listsWhatThereIsWhenASourceIsNot() throws IOException {
    UUID other = UUID.randomUUID();
    Path target = lab.newTarget();
    UUID source = new KernelBtrfs().inspect(lab.source()).uuid();
    Result refused = restore(target, "--latest", "--source", other.toString()).run().expect(1);

    assertThat(refused.stderr()).contains(other.toString(), source.toString(), "data");
    Path another = lab.home().resolve("another");
    Program.of("btrfs", "subvolume", "create", another).output();
    assertThat(restore(target, "--latest", "--source", another.toString()).run().expect(1).stderr())
        .contains(source.toString(), "data");
    assertThat(target).isEmptyDirectory();
    restore(target, "--latest", "--source", lab.source().toString()).run().expect(0);
    assertRestored(target, secondName);
  }

  @Test
  void refusesARemoteThatIsNotConfigured() throws IOException {
    Result refused =
        program
            .with("restore", "--remote", "dusk", "--to", lab.newTarget(), "--latest")
            .run()
            .expect(2);

    assertThat(refused.stderr()).contains("dusk", REMOTE);
  }

  @Test
  void reusesAParentThatIsThereAlready() throws IOException {
    Path target = restoredFirst();
    Result result = restore(target, "--latest").run().expect(0);

    assertThat(result.stderr().lines().filter(line -> line.startsWith("fetching"))).hasSize(1);
    assertRestored(target, firstName, secondName);
  }

  /** A child received against it would be silently wrong. */
  @Test
  void fetchesAParentAgainThatWasEditedMeanwhile() throws IOException {
    Path target = restoredFirst();
    Path parent = target.resolve(firstName);
    edit(parent);
    Result result = restore(target, "--latest").run().expect(0);

    assertThat(result.stderr())
        .contains("not used as send parent: " + firstName + ": it was changed");
    assertThat(result.stderr().lines().filter(line -> line.startsWith("fetching"))).hasSize(2);
    assertThat(parent.resolve("file")).hasContent("edited");
    assertThat(
            Manifest.difference(
                Manifest.of(lab.snapshots().resolve(secondName)),
                Manifest.of(target.resolve(secondName))))
        .isEmpty();
  }

  private static void edit(Path restored) throws IOException {
    SubvolumeFlags.setReadOnly(restored, false);
    Files.writeString(restored.resolve("file"), "edited");
    SubvolumeFlags.setReadOnly(restored, true);
  }

  private Path restoredFirst() throws IOException {
    Path target = lab.newTarget();
    UUID first = new KernelBtrfs().inspect(lab.snapshots().resolve(firstName)).uuid();
    restore(target, "--snapshot", first.toString()).run().expect(0);
    assertRestored(target, firstName);
    return target;
  }
}
