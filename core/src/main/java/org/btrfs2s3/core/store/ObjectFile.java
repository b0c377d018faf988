package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** A regular file of a remote's directory, and the object that it is. */
record ObjectFile(Path path, StoredObject object) {

  /**
   * What lies at a path, if it is a regular file. Links are not followed and nothing is opened, so
   * that a FIFO or a dangling link is not there, nothing more.
   */
  static Optional<ObjectFile> at(Path path) throws IOException {
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(new ObjectFile(path, object(path, attributes)))
          : Optional.empty();
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  private static StoredObject object(Path path, BasicFileAttributes attributes) {
    return new StoredObject(
        FileName.keyOf(path.getFileName().toString()),
        attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        null);
  }

  String name() {
    return path.getFileName().toString();
  }
}
