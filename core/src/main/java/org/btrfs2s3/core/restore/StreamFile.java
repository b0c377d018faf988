package org.btrfs2s3.core.restore;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.UnnamedFile;
import org.btrfs2s3.core.store.Placement;

/**
 * A file that gets its name, which nothing else may have, only when it is complete and durable.
 * Only its owner may read it.
 *
 * <p>Until then it has no name at all, so that nothing is left of it, even after a kill. Where the
 * file system has no such files, it lies beside under another name, which a kill leaves.
 */
public final class StreamFile implements StreamExport.Sink, AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final Path directory;
  private final Hidden hidden;
  private OutputStream buffer;

  /** The file while it is not visible. */
  private interface Hidden extends AutoCloseable {

    // Not a channel: that would be closed by an interrupt in the middle of a write.
    FileOutputStream bytes();

    /** Gives it its name, without replacing anything. */
    void place(Path file) throws IOException;

    /** What was not placed is gone then. */
    @Override
    void close() throws IOException;
  }

  private record Unnamed(UnnamedFile unnamed) implements Hidden {

    @Override
    public FileOutputStream bytes() {
      return unnamed.content();
    }

    @Override
    public void place(Path file) throws IOException {
      unnamed.link(file);
    }

    @Override
    public void close() throws IOException {
      unnamed.close();
    }
  }

  private record Temporary(Path path, FileOutputStream bytes) implements Hidden {

    static Temporary create(Path directory) throws IOException {
      var path = Files.createTempFile(directory, ".btrfs2s3-stream-", ".tmp");
      try {
        return new Temporary(path, new FileOutputStream(path.toFile()));
      } catch (IOException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    }

    @Override
    public void place(Path file) throws IOException {
      bytes.close();
      for (var placement : Placement.values()) {
        if (placement.place(path, file)) {
          break;
        }
      }
    }

    @Override
    public void close() throws IOException {
      try {
        bytes.close();
      } finally {
        // Gone where it was renamed; a second name where it was linked.
        Files.deleteIfExists(path);
      }
    }
  }

  private StreamFile(Path file, Path directory, Hidden hidden) {
    this.file = file;
    this.directory = directory;
    this.hidden = hidden;
    this.buffer = new BufferedOutputStream(hidden.bytes(), BUFFER_BYTES);
  }

  /**
   * Fails if a file cannot be made there.
   *
   * @throws RestoreException if there is something of that name, or no directory for it
   */
  public static void requirePossible(Path file) throws RestoreException {
    var absolute = file.toAbsolutePath();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new RestoreException(file + " exists already" + wayOut(absolute));
    }
    var directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new RestoreException("cannot write " + file + ": there is no directory " + directory);
    }
  }

  private static String wayOut(Path file) {
    boolean isWrittenInto =
        Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    return isWrittenInto
        ? ", and is no file that could be replaced; to write into it, take --stream-to - and redirect"
            + " that"
        : "; delete or rename it, or write to another file";
  }

  /** Begins a file; to be closed by the caller. */
  public static StreamFile create(Path file) throws IOException, RestoreException {
    return create(file, UnnamedFile::create);
  }

  /**
   * The same, on a file system that may be without some feature.
   *
   * @param unnamed gives a file without name in a directory, if it can have one
   */
  static StreamFile create(Path file, Function<Path, Optional<UnnamedFile>> unnamed)
      throws IOException, RestoreException {
    requirePossible(file);
    var absolute = file.toAbsolutePath();
    var directory = Objects.requireNonNull(absolute.getParent(), "a file is in a directory");
    var nameless = unnamed.apply(directory);
    var hidden = nameless.isPresent() ? new Unnamed(nameless.get()) : Temporary.create(directory);
    return new StreamFile(absolute, directory, hidden);
  }

  @Override
  public OutputStream content() {
    return buffer;
  }

  @Override
  public boolean restart() throws IOException {
    hidden.bytes().getChannel().truncate(0);
    buffer = new BufferedOutputStream(hidden.bytes(), BUFFER_BYTES);
    return true;
  }

  /** Makes it durable, and then visible. */
  public void commit() throws IOException {
    buffer.flush();
    hidden.bytes().getFD().sync();
    hidden.place(file);
    Directory.sync(directory);
  }

  @Override
  public void close() throws IOException {
    hidden.close();
  }
}
