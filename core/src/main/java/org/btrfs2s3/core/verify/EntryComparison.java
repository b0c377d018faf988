package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.FileStatus;
import org.btrfs2s3.core.linux.FileType;

/** Compares entries of two trees, one by one, and which of them are names of one file. */
final class EntryComparison {

  private static final int BUFFER_BYTES = 1 << 17;

  /** Compression and the like: how something is stored, not what. */
  private static final String PROPERTY_OF_BTRFS = "btrfs.";

  private static final String ROOT = ".";

  private final BiConsumer<String, String> differences;
  private final byte[] expectedBytes = new byte[BUFFER_BYTES];
  private final byte[] actualBytes = new byte[BUFFER_BYTES];

  /** Of files with several names: which inode of the one tree is which of the other. */
  private final Map<Long, Long> restoredAs = new HashMap<>();

  private final Map<Long, Long> restoredFrom = new HashMap<>();

  /**
   * @param differences takes a path and what differs there
   */
  EntryComparison(BiConsumer<String, String> differences) {
    this.differences = differences;
  }

  /**
   * Compares the roots of two trees, but for their mtime: a send against a parent may leave that of
   * the root as receiving made it, so that it says nothing of the backup.
   */
  void compareRoots(
      DirectoryEntry expected,
      FileStatus expectedStatus,
      DirectoryEntry actual,
      FileStatus actualStatus)
      throws IOException {
    owner(ROOT, expectedStatus, actualStatus);
    attributes(ROOT, expected, actual);
  }

  void compare(
      String path,
      DirectoryEntry expected,
      FileStatus expectedStatus,
      DirectoryEntry actual,
      FileStatus actualStatus)
      throws IOException, InterruptedException {
    if (expectedStatus.type() != actualStatus.type()) {
      differ(path, "type", expectedStatus.type(), actualStatus.type());
      return;
    }
    owner(path, expectedStatus, actualStatus);
    differ(path, "mtime", expectedStatus.modified(), actualStatus.modified());
    attributes(path, expected, actual);
    switch (expectedStatus.type()) {
      case FILE -> content(path, expected, expectedStatus, actual, actualStatus);
      case SYMLINK -> differ(path, "target", text(expected.target()), text(actual.target()));
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          differ(path, "device", device(expectedStatus), device(actualStatus));
      case DIRECTORY, FIFO, SOCKET -> {}
    }
    if (expectedStatus.type() != FileType.DIRECTORY) {
      links(path, expectedStatus, actualStatus);
    }
  }

  private void owner(String path, FileStatus expected, FileStatus actual) {
    differ(
        path,
        "mode",
        "%04o".formatted(expected.permissions()),
        "%04o".formatted(actual.permissions()));
    differ(path, "uid", expected.uid(), actual.uid());
    differ(path, "gid", expected.gid(), actual.gid());
  }

  private void differ(String path, String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      differences.accept(path, "%s should be %s, is %s".formatted(what, expected, actual));
    }
  }

  private static String text(byte[] bytes) {
    return PathText.of(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static String device(FileStatus status) {
    return status.deviceMajor() + ":" + status.deviceMinor();
  }

  private void attributes(String path, DirectoryEntry expected, DirectoryEntry actual)
      throws IOException {
    var wanted = expected.attributes();
    var there = actual.attributes();
    var names = new TreeSet<>(wanted.keySet());
    names.addAll(there.keySet());
    names.removeIf(name -> name.startsWith(PROPERTY_OF_BTRFS));
    for (var name : names) {
      var want = wanted.get(name);
      var have = there.get(name);
      if (!Arrays.equals(want, have)) {
        var problem = have == null ? "is missing" : want == null ? "is too much" : "differs";
        differences.accept(path, "extended attribute " + PathText.of(name) + " " + problem);
      }
    }
  }

  private void links(String path, FileStatus expected, FileStatus actual) {
    differ(path, "number of hard links", expected.links(), actual.links());
    if (expected.links() == 1 && actual.links() == 1) {
      return;
    }
    long from = expected.id().inode();
    long to = actual.id().inode();
    var known = restoredAs.putIfAbsent(from, to);
    var knownBack = restoredFrom.putIfAbsent(to, from);
    boolean isSame =
        known == null ? knownBack == null : known == to && Objects.equals(knownBack, from);
    if (!isSame) {
      differences.accept(path, "is a hard link to another file than it should be");
    }
  }

  private void content(
      String path,
      DirectoryEntry expected,
      FileStatus expectedStatus,
      DirectoryEntry actual,
      FileStatus actualStatus)
      throws IOException, InterruptedException {
    differ(path, "size", expectedStatus.size(), actualStatus.size());
    if (expectedStatus.size() != actualStatus.size()) {
      return;
    }
    try (var expectedFile = expected.open();
        var actualFile = actual.open()) {
      long at = firstDifference(expectedFile, actualFile);
      if (at >= 0) {
        differences.accept(path, "its content differs from byte " + at + " on");
      }
    }
  }

  /** Where two files differ first; -1 if they do not. */
  private long firstDifference(InputStream expected, InputStream actual)
      throws IOException, InterruptedException {
    for (long at = 0; ; at += BUFFER_BYTES) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      int wanted = expected.readNBytes(expectedBytes, 0, BUFFER_BYTES);
      int there = actual.readNBytes(actualBytes, 0, BUFFER_BYTES);
      int mismatch = Arrays.mismatch(expectedBytes, 0, wanted, actualBytes, 0, there);
      if (mismatch >= 0) {
        return at + mismatch;
      }
      if (wanted < BUFFER_BYTES) {
        return -1;
      }
    }
  }
}
