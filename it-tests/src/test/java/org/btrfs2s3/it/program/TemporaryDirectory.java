package org.btrfs2s3.it.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory, readable by its owner only, that goes with everything in it when it is closed. */
public record TemporaryDirectory(Path path) implements AutoCloseable {

  /** In the JVM's directory for temporary files. */
  public static TemporaryDirectory create(String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(prefix));
  }

  /**
   * With a path so short that sockets fit in it: 108 bytes are all that a socket's address has, and
   * the JVM's directory for temporary files may be deep.
   */
  public static TemporaryDirectory forSockets(String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(Path.of("/tmp"), prefix));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> childrenFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : childrenFirst) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // A server that is ending may remove its own socket while this walks.
      close();
    }
  }
}
