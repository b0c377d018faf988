package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A restore that is interrupted, vouched for, verified first, or lacks space. */
class RestorePrecautionsTest {
  private static final String REMOTE = "disk";
  private static final int BIG = 1 << 20;
  private static final int USER = 1000;
  private static final String HIDDEN = ".btrfs2s3-restoring/received";

  private Lab lab;
  private Program program;

  /**
   * The second backup clones from the first: what it adds is a reflink of what was there. The
   * source belongs to a user, as a home does.
   */
  @BeforeEach
  void backUpTwice() throws IOException {
    lab = Lab.create();
    Remote remote = Remote.InDirectory.create(disk());
    program =
        lab.program(
            remote
                .addTo(ConfigFile.inZone(Lab.ZONE), REMOTE)
                .source(
                    lab.source(), lab.snapshots(), Upload.to(REMOTE, Lab.POLICY).uncompressed()));
    Files.setAttribute(lab.source(), "unix:uid", USER);
    byte[] noise = new byte[BIG];
    new Random(1).nextBytes(noise);
    Files.write(lab.source().resolve("big"), noise);
    lab.write("file", "first");
    program.with("update", "--force").run().expect(0);
    Program.of("cp", "--reflink=always", lab.source().resolve("big"), lab.source().resolve("clone"))
        .output();
    lab.write("file", "second");
    program.with("update", "--force").run().expect(0);
    assertThat(objects()).hasSize(2);
    assertThat(Files.size(objects().getLast())).isLessThan(BIG / 2);
  }

  @AfterEach
  void close() throws IOException {
    lab.close();
  }

  private Path disk() {
    return lab.work().resolve(REMOTE);
  }

  /** Oldest first. */
  private List<Path> objects() throws IOException {
    try (var files = Files.list(disk())) {
      return files
          .filter(file -> file.getFileName().toString().contains(".mdvn"))
          .sorted(Comparator.comparing(file -> !file.toString().contains("sndp00000000-")))
          .toList();
    }
  }

  private List<Path> snapshots() throws IOException {
    return lab.listSnapshots().stream()
        .sorted(Comparator.comparing(entry -> entry.info().ctransid()))
        .map(entry -> lab.snapshots().resolve(entry.name().toString()))
        .toList();
  }

  private Program latest(Path target) {
    return program.with("restore", "--remote", REMOTE, "--to", target, "--latest");
  }

  private static List<String> names(Path target) throws IOException {
    return new KernelBtrfs().list(target).stream().map(entry -> entry.name().toString()).toList();
  }

  private void assertNewestRestored(Path target) throws IOException {
    var newest = snapshots().getLast();
    var copy = target.resolve(newest.getFileName());
    assertThat(Manifest.difference(Manifest.of(newest), Manifest.of(copy))).isEmpty();
    assertThat(target.resolve(HIDDEN).getParent()).doesNotExist();
  }

  private static long fetched(Result result) {
    return result.stderr().lines().filter(line -> line.startsWith("fetching")).count();
  }

  @Test
  void goesOnWithWhatAFailedRestoreHasReceived() throws IOException {
    Path target = lab.newTarget();
    Path object = objects().getLast();
    byte[] good = Files.readAllBytes(object);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(object, bad);
    Result failed = latest(target).run().expect(1);
    assertThat(failed.stderr()).contains("kept", HIDDEN, object.getFileName().toString());
    assertThat(names(target.resolve(HIDDEN))).singleElement().asString().endsWith(".done");
    assertThat(names(target)).isEmpty();

    Files.write(object, good);
    Result second = latest(target).run().expect(0);
    assertThat(fetched(second)).isEqualTo(1);
    assertThat(second.stderr()).contains("going on", HIDDEN);
    assertNewestRestored(target);
  }

  /** An original has no received UUID, by which alone a CLONE command finds its source. */
  @Test
  void usesAnOriginalThatTheUserVouchesFor() throws IOException {
    Path target = Files.createDirectory(lab.home().resolve("restored"));
    Path original = snapshots().getFirst();
    var before = new KernelBtrfs().inspect(original);
    Result result = latest(target).with("--trust", original).run().expect(0);

    assertThat(fetched(result)).isEqualTo(1);
    assertNewestRestored(target);
    assertThat(new KernelBtrfs().inspect(original)).isEqualTo(before);
  }

  @Test
  void usesACopyThatTheUserVouchesForWhereverItLies() throws IOException {
    Path elsewhere = lab.newTarget();
    latest(elsewhere).with("--keep-chain").run().expect(0);
    Path target = lab.newTarget();
    Path copy = elsewhere.resolve(snapshots().getFirst().getFileName());
    Result result = latest(target).with("--trust", copy).run().expect(0);

    assertThat(fetched(result)).isEqualTo(1);
    assertNewestRestored(target);
  }

  @Test
  void refusesToTrustWhatLiesOnAnotherFileSystem() throws IOException {
    Path target = lab.newTarget();
    Result refused = latest(target).with("--trust", snapshots().getFirst()).run().expect(1);

    assertThat(refused.stderr()).contains("not on the file system that is restored to");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void verifiesFirstAndMakesAWritableSnapshot() throws IOException {
    Path target = lab.newTarget();
    Result result = latest(target).with("--verify-first", "--writable", "mine").run().expect(0);

    assertThat(result.stderr().lines().filter(line -> line.startsWith("verified"))).hasSize(2);
    assertThat(result.stdout()).contains("writable " + target.resolve("mine"));
    assertNewestRestored(target);
    // As after a kill at the very end.
    assertThat(latest(target).with("--writable", "mine").run().expect(0).stdout())
        .contains("writable " + target.resolve("mine"));
    Files.writeString(target.resolve("mine").resolve("file"), "mine");
    var info = new KernelBtrfs().inspect(target.resolve("mine"));
    assertThat(info.readOnly()).isFalse();
    assertThat(info.receivedUuid()).isNull();
    assertThat(latest(target).with("--writable", "mine").run().expect(1).stderr())
        .contains("exists already", "no longer, what would be made");
    assertThat(target.resolve("mine").resolve("file")).hasContent("mine");
  }

  /** And not only by the exit code of the shell that was to become it. */
  @Test
  void namesTheToolThatIsMissing() throws IOException {
    String without = "mount --bind /dev/null \"$(command -v btrfs)\" && exec \"$@\"";
    Path target = lab.newTarget();
    Result refused =
        latest(target)
            .under("unshare", "--mount", "--propagation", "private", "sh", "-c", without, "sh")
            .run()
            .expect(1);

    assertThat(refused.stderr())
        .contains("there is no program btrfs", "btrfs-progs")
        .doesNotContain("exit code 127");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void refusesWhatCannotFitBeforeItFetches() throws IOException {
    Path target = lab.newTarget();
    Path filler = target.resolve("filler");
    long free = Files.getFileStore(target).getUsableSpace();
    Program.of("fallocate", "-l", free - BIG / 2, filler).output();
    Program.of("sync", "-f", filler).output();
    assertThat(new KernelBtrfs().freeBytes(target)).isLessThan(BIG);
    Result refused = latest(target).run().expect(1);

    assertThat(refused.stderr()).contains("--ignore-space", "at least").doesNotContain("fetching");
    Files.delete(filler);
    Program.of("sync", "-f", target).output();
    latest(target).run().expect(0);
    assertNewestRestored(target);
  }

  /** SETFLAGS and SET_RECEIVED_SUBVOL ask for the owner of the root, and for nothing more. */
  @Test
  void buildsOnNoCopyThatItsOwnerCouldHaveChangedWithoutATrace() throws IOException {
    Path target = lab.newTarget();
    var btrfs = new KernelBtrfs();
    Path original = snapshots().getFirst();
    var uuid = btrfs.inspect(original).uuid();
    program.with("restore", "--remote", REMOTE, "--to", target, "--snapshot", uuid).run().expect(0);
    Path copy = target.resolve(original.getFileName());
    SubvolumeFlags.setReadOnly(copy, false);
    Files.write(copy.resolve("big"), new byte[] {1});
    btrfs.setReceived(
        target,
        EntryName.of(copy.getFileName().toString()),
        uuid,
        btrfs.inspect(copy).stransid(),
        0);
    Result result = latest(target).run().expect(0);

    assertThat(result.stderr()).contains("not used as send parent", "belongs to the user " + USER);
    assertThat(fetched(result)).isEqualTo(2);
    assertNewestRestored(target);
  }

  @Test
  void refusesToTrustAnOriginalThatWasChanged() throws IOException {
    Path target = Files.createDirectory(lab.home().resolve("restored"));
    Path original = snapshots().getFirst();
    SubvolumeFlags.setReadOnly(original, false);
    Files.writeString(original.resolve("file"), "edited");
    SubvolumeFlags.setReadOnly(original, true);
    Result refused = latest(target).with("--trust", original).run().expect(1);

    assertThat(refused.stderr())
        .contains(original + " was changed after it had been backed up")
        .doesNotContain("fetching");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void whatLiesInThePlaceOfThePrivateDirectoryStays() throws IOException {
    Path target = lab.newTarget();
    Path elsewhere = Files.createDirectory(lab.work().resolve("elsewhere"));
    Path name = target.resolve(HIDDEN).getParent();
    Files.createSymbolicLink(name, elsewhere);
    assertThat(latest(target).run().expect(1).stderr()).contains(name + ", but that is a symbolic");
    assertThat(name).isSymbolicLink();
    Files.delete(name);

    Files.createDirectory(name);
    Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(latest(target).run().expect(1).stderr()).contains("others may enter that");
    Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(name, "unix:uid", USER);
    assertThat(latest(target).run().expect(1).stderr()).contains("belongs to another user");
    Files.delete(name);
    latest(target).run().expect(0);
    assertNewestRestored(target);
  }
}
