package org.btrfs2s3.core.restore;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.store.Placement;

/**
 * A file that gets its name, which nothing else may have, only when it is complete and durable.
 * Until then it lies beside that under another one, and goes when this is closed. Only its owner
 * may read it.
 */
public final class StreamFile implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final Path directory;
  private final Path temporary;
  // Not a channel: that would be closed by an interrupt in the middle of a write.
  private final FileOutputStream bytes;
  private final OutputStream buffer;

  private StreamFile(Path file, Path directory, Path temporary) throws IOException {
    this.file = file;
    this.directory = directory;
    this.temporary = temporary;
    this.bytes = new FileOutputStream(temporary.toFile());
    this.buffer = new BufferedOutputStream(bytes, BUFFER_BYTES);
  }

  /**
   * Fails if a file cannot be made there.
   *
   * @throws RestoreException if there is something of that name, or no directory for it
   */
  public static void requirePossible(Path file) throws RestoreException {
    var absolute = file.toAbsolutePath();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new RestoreException(
          file + " exists already; delete or rename it, or write to another file");
    }
    var directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new RestoreException("cannot write " + file + ": there is no directory " + directory);
    }
  }

  /** Begins a file; to be closed by the caller. */
  public static StreamFile create(Path file) throws IOException, RestoreException {
    requirePossible(file);
    var absolute = file.toAbsolutePath();
    var directory = Objects.requireNonNull(absolute.getParent(), "a file is in a directory");
    var temporary = Files.createTempFile(directory, ".btrfs2s3-stream-", ".tmp");
    try {
      return new StreamFile(absolute, directory, temporary);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Where its content goes. */
  public OutputStream content() {
    return buffer;
  }

  /** Makes it durable, and then visible. */
  public void commit() throws IOException {
    buffer.flush();
    bytes.getFD().sync();
    bytes.close();
    for (var placement : Placement.values()) {
      if (placement.place(temporary, file)) {
        break;
      }
    }
    Directory.sync(directory);
  }

  @Override
  public void close() throws IOException {
    try {
      bytes.close();
    } finally {
      // Gone where it was renamed; a second name where it was linked.
      Files.deleteIfExists(temporary);
    }
  }
}
