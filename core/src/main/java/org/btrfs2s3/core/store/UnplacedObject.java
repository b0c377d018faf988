package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Metadata of an object that never was one: they are stored before it gets its name, and a run that
 * is killed in between leaves them. They tell of nothing that may be hidden. That is proven as long
 * as the file that they were stored for lies where it was written: whatever gave it its name in the
 * remote would have taken it away from there, or would show as a second link to it.
 */
final class UnplacedObject {

  private static final String LINKS = "unix:nlink";

  private UnplacedObject() {}

  /** Whether all that tells of an object is what such a run left. */
  static boolean isAllThatTellsOf(ObjectKey key, Path remote) {
    boolean told = false;
    try {
      for (var name : FileName.namesOf(key)) {
        if (Sidecar.exists(remote, name)) {
          told = true;
          if (!isUnplaced(remote, name, Sidecar.uploadId(remote, name))) {
            return false;
          }
        }
      }
    } catch (IOException _) {
      return false; // What cannot be looked at proves nothing.
    }
    return told;
  }

  /**
   * Before the files of a killed run go, without which nothing would prove any more that such
   * metadata tell of nothing.
   *
   * @param staging the run's directory, whose lock the caller holds
   */
  static void forget(RemoteDirectory remote, Path staging)
      throws IOException, InterruptedException {
    var id = staging.getFileName().toString();
    try (var files = Files.newDirectoryStream(staging)) {
      for (var file : files) {
        var name = file.getFileName().toString();
        if (isOf(id, remote.path(), name)) {
          forget(remote, id, name);
        }
      }
    }
  }

  private static void forget(RemoteDirectory remote, String id, String name)
      throws IOException, InterruptedException {
    // Who commits holds it: another run may be about to store an object of the same name.
    try (var _ = remote.lock()) {
      if (isOf(id, remote.path(), name) && ObjectFile.at(remote.path().resolve(name)).isEmpty()) {
        Sidecar.delete(remote.path(), name);
      }
    }
  }

  private static boolean isOf(String id, Path remote, String name) throws IOException {
    return id.equals(Sidecar.uploadId(remote, name)) && isUnplaced(remote, name, id);
  }

  private static boolean isUnplaced(Path remote, String name, String id) throws IOException {
    var staging = StagingDirectory.of(remote, id);
    if (staging.isEmpty()) {
      return false;
    }
    var file = staging.get().resolve(name);
    return ObjectFile.at(file).isPresent()
        && Files.getAttribute(file, LINKS, LinkOption.NOFOLLOW_LINKS).equals(1);
  }
}
