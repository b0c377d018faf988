package org.btrfs2s3.it.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory, readable by its owner only, that goes with everything in it when it is closed. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
  /** Leaves room for a random name of 24, and for the longest name of a socket that Ceph makes. */
  private static final int LONGEST_PARENT_OF_SOCKETS = 40;

  /** In the JVM's directory for temporary files. */
  public static TemporaryDirectory create(String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(prefix));
  }

  /**
   * With a path so short that sockets fit in it: an address holds 108 bytes, and the JVM's
   * directory for temporary files may be deep.
   */
  public static TemporaryDirectory forSockets(String prefix) throws IOException {
    Path usual = Path.of(System.getProperty("java.io.tmpdir"));
    boolean isShort = usual.toString().length() <= LONGEST_PARENT_OF_SOCKETS;
    Path parent = isShort ? usual : Path.of("/tmp");
    return new TemporaryDirectory(Files.createTempDirectory(parent, prefix));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> childrenFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : childrenFirst) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e;
      }
      // A server that is ending may remove its own socket while this walks.
      close();
    }
  }
}
