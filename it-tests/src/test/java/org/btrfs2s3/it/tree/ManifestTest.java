package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of difference is seen, and equality too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManifestTest {
  /** Makes a tree in the directory $1. The same each time, but for the inode numbers. */
  private static final String TREE =
      """
      cd "$1"
      printf content >file
      ln file link
      printf content >other
      mkdir dir
      printf x >$'dir/\\xff'
      ln -s target symlink
      mknod device c 1 3
      mkfifo fifo
      setfattr -n user.name -v value file
      setfacl -m u:1000:r other
      find . -exec touch -h -d @1000000000.000000001 {} +
      """;

  private LoopVolume volume;
  private int trees;

  @BeforeAll
  void makeVolume() throws Exception {
    LoopVolume.assume();
    volume = LoopVolume.create(256L << 20);
  }

  @AfterAll
  void removeVolume() throws Exception {
    volume.close();
  }

  @Test
  void equalTreesDoNotDiffer() throws IOException {
    assertThat(Manifest.difference(Manifest.of(newTree()), Manifest.of(newTree()))).isEmpty();
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("printf CONTENT >other", "other: sha256 should be"),
        change("printf longer-content >other", "other: size should be 7, is 14"),
        change("chmod 4644 other", "other: mode should be 0644, is 4644"),
        change("chown 1 other", "other: uid should be 0, is 1"),
        change("chown 4294967294 other", "other: uid should be 0, is 4294967294"),
        change("chgrp 1 other", "other: gid should be 0, is 1"),
        change(
            "touch -d @1000000000.000000002 other",
            "other: mtime_ns should be 1000000000000000001, is 1000000000000000002"),
        change("touch -d @-1.5 dir", "dir: mtime_ns should be 1000000000000000001, is -1500000000"),
        change("touch -d @1 .", ".: mtime_ns should be 1000000000000000001, is 1000000000"),
        change("setfattr -x user.name file", "file: xattr user.name should be dmFsdWU=, is absent"),
        change("setfattr -n user.name -v V file", "link: xattr user.name should be dmFsdWU=, is"),
        change("setfattr -n trusted.x dir", "dir: xattr trusted.x should be absent, is "),
        change("setfacl -b other", "other: xattr system.posix_acl_access should be"),
        change("setcap cap_net_raw+ep other", "other: xattr security.capability should be absent"),
        change("ln other third", "other: nlink should be 1, is 2"),
        change("rm link && ln other link", "file: hard links should be file = link, is absent"),
        change("ln -sfn elsewhere symlink", "symlink: target should be"),
        change("rm device && mknod device c 1 5", "device: rdev should be 1:3, is 1:5"),
        change("rm device && mknod device b 1 3", "device: type should be char, is block"),
        change("rm fifo && : >fifo", "fifo: type should be fifo, is file"),
        change("rm other", "other: missing, should be a file"),
        change("rm $'dir/\\xff'", "dir/\\xff: missing, should be a file"),
        change("mv $'dir/\\xff' $'dir/\\xfe'", "dir/\\xfe: should not exist, is a file"),
        change("mkdir new", "new: should not exist, is a dir"),
        change(": >$'new\\nline'", "new\\x0aline: should not exist, is a file"),
        change(
            "btrfs subvolume create nested",
            "nested: should not exist, is a nested-subvol-placeholder"));
  }

  private static Arguments change(String command, String difference) {
    return Arguments.of(command, difference);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void seesChange(String command, String difference) throws IOException {
    Manifest expected = Manifest.of(newTree());
    Path changed = newTree();
    Program.bash("cd \"$1\"; " + command, changed).output();

    assertThat(Manifest.difference(expected, Manifest.of(changed)))
        .anySatisfy(line -> assertThat(line).startsWith(difference));
  }

  @Test
  void placeholderOfNestedSubvolumeMustBeAbsent() throws IOException {
    Path tree = newTree();
    Program.bash(
            """
            cd "$1"; btrfs subvolume create nested; touch -d @1000000000.000000001 .
            btrfs subvolume snapshot -r "$1" "$2"
            """,
            tree,
            tree + "-snapshot")
        .output();
    Manifest snapshot = Manifest.of(Path.of(tree + "-snapshot"));

    assertThat(snapshot.contains("nested")).isTrue();
    assertThat(Manifest.difference(snapshot, Manifest.of(newTree()))).isEmpty();
    assertThat(Manifest.difference(snapshot, snapshot))
        .containsExactly("nested: should not exist, is a nested-subvol-placeholder");
  }

  @Test
  void readsTheFormOfTheGoldenManifests() throws IOException {
    String json =
        """
        {"entries": [
          {"path": "?", "path_b64": "/w==", "type": "file", "mode": "0644", "uid": 7, "gid": 8,
           "mtime_ns": -1000000005, "nlink": 2, "size": 3, "sha256": "ab", "hardlink_group": 0,
           "xattrs": {"user.\u00fc": "eA=="}},
          {"path": "b", "path_b64": "Yg==", "type": "file", "hardlink_group": 0},
          {"path": "c", "path_b64": "Yw==", "type": "block", "rdev": [259, 1048575]},
          {"path": "l", "path_b64": "bA==", "type": "symlink", "target_b64": "eA=="}]}
        """;
    Manifest manifest = Manifest.load(new ByteArrayInputStream(json.getBytes(UTF_8)));

    assertThat(manifest.entries().toString())
        .isEqualTo(
            "{b={hard links=b = \\xff, type=file}, c={rdev=259:1048575, type=block},"
                + " l={target=eA==, type=symlink}, \\xff={gid=8, hard links=b = \\xff, mode=0644,"
                + " mtime_ns=-1000000005, nlink=2, sha256=ab, size=3, type=file, uid=7,"
                + " xattr user.\u00fc=eA==}}");
    assertThat(List.of(manifest.size())).containsExactly(4);
  }

  private Path newTree() throws IOException {
    trees++;
    Path tree = volume.path().resolve("tree-" + trees);
    Program.of("btrfs", "subvolume", "create", tree).output();
    Program.bash(TREE, tree).output();
    assertThat(Files.isDirectory(tree.resolve("dir"))).isTrue();
    return tree;
  }
}
