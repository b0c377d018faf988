package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.FileStatus;
import org.btrfs2s3.core.linux.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a stream kept to its subvolume. {@code btrfs receive} follows links that the stream
 * itself, or its send parent, has made. Chrooted into the private directory it reaches nothing but
 * that, where everything else is read-only subvolumes; so whatever it does elsewhere shows in the
 * directory itself.
 */
final class Confinement {

  private static final byte[] SELF = {'.'};

  private final Path path;
  private final FileStatus status;
  private final SortedMap<String, byte[]> attributes;

  private Confinement(Path path, FileStatus status, SortedMap<String, byte[]> attributes) {
    this.path = path;
    this.status = status;
    this.attributes = attributes;
  }

  /** Deletes what a killed run may have left, and notes how the directory is. */
  static Confinement of(Path privateDirectory) throws SystemCallException {
    try (var directory = Directory.open(privateDirectory)) {
      Litter.deleteAll(directory);
      var self = new DirectoryEntry(directory, SELF);
      return new Confinement(privateDirectory, self.status(), self.attributes());
    }
  }

  /**
   * Says so if the stream that was just received did anything elsewhere, after undoing it.
   *
   * @throws EscapeException if it did
   */
  void requireKept() throws IOException {
    try (var directory = Directory.open(path)) {
      if (!directory.id().equals(status.id())) {
        // Nothing of it is ours to delete.
        throw new IOException(
            "somebody has put something else into the place of "
                + path
                + "; let nobody else write there while you restore");
      }
      var trace = trace(directory);
      if (trace == null) {
        return;
      }
      Litter.deleteAll(directory);
      restore(directory);
      if (trace(directory) == null) {
        throw new EscapeException(trace);
      }
    }
    throw new IOException(
        path
            + " was changed by somebody else, or by a stream that writes outside of its"
            + " subvolume, and cannot be made as it was; delete it and restore again");
  }

  private @Nullable String trace(Directory directory) throws SystemCallException {
    for (byte[] entry : directory.entries()) {
      if (!Litter.isSubvolume(directory, entry)) {
        return "it made " + PrivateDirectory.shown(EntryName.ofBytes(entry));
      }
    }
    var self = new DirectoryEntry(directory, SELF);
    var now = self.status();
    boolean isSame =
        now.uid() == status.uid()
            && now.gid() == status.gid()
            && now.permissions() == status.permissions()
            && areSame(self.attributes());
    return isSame ? null : "it changed the directory that it is received into";
  }

  private boolean areSame(SortedMap<String, byte[]> now) {
    return now.keySet().equals(attributes.keySet())
        && now.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), attributes.get(entry.getKey())));
  }

  private void restore(Directory directory) throws IOException {
    var self = new DirectoryEntry(directory, SELF);
    for (String attribute : self.attributes().keySet()) {
      if (!attributes.containsKey(attribute)) {
        self.removeAttribute(attribute);
      }
    }
    // The open directory, whatever its path leads to by now.
    var open = Path.of("/proc/self/fd", Integer.toString(directory.descriptor()));
    Files.setAttribute(open, "unix:uid", (int) status.uid());
    Files.setAttribute(open, "unix:gid", (int) status.gid());
    Files.setAttribute(open, "unix:mode", status.permissions());
  }
}
