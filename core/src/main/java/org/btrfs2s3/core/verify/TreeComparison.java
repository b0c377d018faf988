package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.FileStatus;
import org.btrfs2s3.core.linux.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Compares a restored subvolume with the snapshot that it was: every path by its raw bytes, and of
 * each everything that a send stream carries. Left out are the mtime of the root, the times of
 * reading and of changing the inode, properties of btrfs, and subvolumes nested in the snapshot,
 * which show in it as empty directories and are not sent. Needs to be able to read everything.
 * Holds the names of the directories on the way to one entry, and a pair of numbers for each file
 * with several names.
 */
public final class TreeComparison {

  /** How many differences are told; all are counted. */
  public static final int TOLD = 20;

  /** The root of every subvolume (BTRFS_FIRST_FREE_OBJECTID). */
  private static final long SUBVOLUME_ROOT = 256;

  /** What a snapshot shows in place of a nested one (BTRFS_EMPTY_SUBVOL_DIR_OBJECTID). */
  private static final long NESTED_PLACEHOLDER = 2;

  private static final byte[] SELF = {'.'};

  private final EntryComparison entryComparison = new EntryComparison(this::add);
  private final List<String> first = new ArrayList<>();
  private long entries;
  private long count;

  private TreeComparison() {}

  /**
   * Compares two directories and everything below.
   *
   * @throws IOException if something cannot be read; nothing is known then
   */
  public static TreeDifferences of(Directory snapshot, Directory restored)
      throws IOException, InterruptedException {
    var comparison = new TreeComparison();
    comparison.root(snapshot, restored);
    return new TreeDifferences(comparison.entries, comparison.count, comparison.first);
  }

  private void root(Directory snapshot, Directory restored)
      throws IOException, InterruptedException {
    entries++;
    var expected = new DirectoryEntry(snapshot, SELF);
    var actual = new DirectoryEntry(restored, SELF);
    entryComparison.compareRoots(expected, expected.status(), actual, actual.status());
    directories("", snapshot, restored);
  }

  private void directories(String path, Directory snapshot, Directory restored)
      throws IOException, InterruptedException {
    var expected = names(snapshot);
    var actual = names(restored);
    var all = new TreeSet<>(expected);
    all.addAll(actual);
    for (var name : all) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      var bytes = name.getBytes(StandardCharsets.ISO_8859_1);
      entry(
          path + name,
          bytes,
          expected.contains(name) ? snapshot : null,
          actual.contains(name) ? restored : null);
    }
  }

  private static SortedSet<String> names(Directory directory) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (var name : directory.entries()) {
      names.add(new String(name, StandardCharsets.ISO_8859_1));
    }
    return names;
  }

  /**
   * @param snapshot where the entry is expected; null if it is not
   * @param restored where it is; null if it is nowhere
   */
  private void entry(
      String path, byte[] name, @Nullable Directory snapshot, @Nullable Directory restored)
      throws IOException, InterruptedException {
    var expected = snapshot == null ? null : new DirectoryEntry(snapshot, name);
    var expectedStatus = expected == null ? null : expected.status();
    if (expectedStatus != null && isNested(expectedStatus)) {
      expectedStatus = null;
    }
    var actual = restored == null ? null : new DirectoryEntry(restored, name);
    if (actual == null) {
      if (expectedStatus != null) {
        add(path, "is missing, should be " + expectedStatus.type());
      }
      return;
    }
    var actualStatus = actual.status();
    if (expected == null || expectedStatus == null) {
      add(path, "should not be there, is " + actualStatus.type());
      return;
    }
    entries++;
    entryComparison.compare(path, expected, expectedStatus, actual, actualStatus);
    if (expectedStatus.type() == FileType.DIRECTORY
        && actualStatus.type() == FileType.DIRECTORY
        && snapshot != null
        && restored != null) {
      try (var below = snapshot.openChild(name);
          var restoredBelow = restored.openChild(name)) {
        directories(path + "/", below, restoredBelow);
      }
    }
  }

  private static boolean isNested(FileStatus status) {
    long inode = status.id().inode();
    return status.type() == FileType.DIRECTORY
        && (inode == NESTED_PLACEHOLDER || inode == SUBVOLUME_ROOT);
  }

  private void add(String path, String difference) {
    count++;
    if (first.size() < TOLD) {
      first.add(PathText.of(path) + ": " + difference);
    }
  }
}
