package org.btrfs2s3.it.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.core.verify.TreeComparison;
import org.btrfs2s3.core.verify.TreeDifferences;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.tree.TrickyTree;
import org.junit.jupiter.api.Test;

/** A comparison that is the last word on a restore sees every single change, and none besides. */
class TreeComparisonTest {
  private static final long SEED = 12;

  /** A change of the copy, and what is told of it. */
  private static final String[][] CHANGES = {
    {
      "printf Y | dd of=contents/incompressible seek=4999999 bs=1 conv=notrunc", "from byte 4999999"
    },
    {
      "printf Y | dd of=contents/only-a-hole seek=70M bs=1 oflag=seek_bytes conv=notrunc",
      "73400320"
    },
    {"truncate -s +1 contents/only-a-hole", "size"},
    {"chmod 0751 contents/compressible", "mode should be"},
    {"chmod u+s contents/empty", "mode should be"},
    {"chown 5 meta/xattrs", "uid should be 0, is 5"},
    {"chgrp 5 meta/xattrs", "gid should be 0, is 5"},
    {"touch -d '2001-01-01 UTC' special/owned", "mtime should be"},
    {"touch -h -d '2001-01-01 UTC' links/dangling", "mtime should be"},
    {"touch -d '@1234567890.123456788' meta/mtime1234567890.123456789", "mtime should be"},
    {"setfattr -n user.text -v other meta/xattrs", "extended attribute user.text differs"},
    {"setfattr -x user.empty meta/xattrs", "extended attribute user.empty is missing"},
    {"setfattr -n user.new meta/xattrs", "extended attribute user.new is too much"},
    {"setfacl -b meta/acl", "system.posix_acl_access is missing"},
    {"setcap -r special/capable", "security.capability is missing"},
    {"setfattr -x user.root .", "extended attribute user.root is missing"},
    {"ln -sfn elsewhere links/relative", "target should be one, is elsewhere"},
    {"rm special/null; mknod -m 644 special/null c 1 5", "device should be 1:3, is 1:5"},
    {"rm special/fifo; printf x >special/fifo", "type should be a FIFO, is a file"},
    {"rm links/two; cp -p links/one links/two", "hard link"},
    {"rm contents/one-byte", "contents/one-byte: is missing"},
    {"rm names/not-utf8*", "names/not-utf8-\\xff\\xfe\\x80: is missing"},
    {"printf x >new", "new: should not be there"},
    {"mkdir nested", "nested: should not be there"},
  };

  @Test
  void everyChangeShows() throws Exception {
    LoopVolume.assume();
    try (LoopVolume volume = LoopVolume.create(512L << 20)) {
      Path source = volume.path().resolve("source");
      Program.of("btrfs", "subvolume", "create", source).output();
      new TrickyTree(SEED).create(source);
      Path snapshot = volume.path().resolve("snapshot");
      Program.of("btrfs", "subvolume", "snapshot", "-r", source, snapshot).output();
      Path received = volume.path().resolve("received");
      Program.bash("mkdir $2; btrfs send -q $1 | btrfs receive -q $2", snapshot, received).output();
      Path restored = received.resolve("snapshot");

      TreeDifferences same = compare(snapshot, restored);
      assertThat(same.first()).isEmpty();
      assertThat(same.count()).isZero();
      assertThat(same.entries()).isGreaterThan(200);

      Path copy = volume.path().resolve("copy");
      for (String[] change : CHANGES) {
        Program.of("btrfs", "subvolume", "snapshot", restored, copy).output();
        Program.bash("cd \"$1\"; " + change[0], copy).output();

        TreeDifferences found = compare(snapshot, copy);

        assertThat(found.count()).as(change[0]).isPositive();
        assertThat(String.join("\n", found.first())).as(change[0]).contains(change[1]);
        Program.of("btrfs", "subvolume", "delete", copy).output();
      }
    }
  }

  /**
   * A file that is new below a directory is received into the root first and then renamed, which
   * changes the root's mtime. Nothing in the stream puts that right.
   */
  @Test
  void timeOfTheRootIsNothingThatSendsBring() throws Exception {
    LoopVolume.assume();
    try (LoopVolume volume = LoopVolume.create(256L << 20)) {
      Program.bash(
              """
              cd "$1"; mkdir received; btrfs -q subvolume create source; mkdir source/u
              touch -d '2001-01-01 UTC' source; btrfs -q subvolume snapshot -r source one
              printf x >source/u/new; btrfs -q subvolume snapshot -r source two
              btrfs send -q one | btrfs receive -q received
              btrfs send -q -p one two | btrfs receive -q received
              """,
              volume.path())
          .output();
      Path two = volume.path().resolve("two");
      Path restored = volume.path().resolve("received/two");
      assertThat(Files.getLastModifiedTime(restored)).isNotEqualTo(Files.getLastModifiedTime(two));

      assertThat(compare(two, restored).first()).isEmpty();
    }
  }

  private static TreeDifferences compare(Path one, Path other)
      throws IOException, InterruptedException {
    try (Directory expected = Directory.open(one);
        Directory actual = Directory.open(other)) {
      return TreeComparison.of(expected, actual);
    }
  }
}
