package org.btrfs2s3.core.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsContract;
import org.btrfs2s3.core.btrfs.EntryName;
import org.junit.jupiter.api.io.TempDir;

/** The fake does what the real one does; what it cannot hold is not asked of it. */
final class FakeBtrfsTest extends BtrfsContract {

  private final FakeBtrfs btrfs = new FakeBtrfs();

  @TempDir private Path directories = Path.of("");

  @Override
  protected Btrfs btrfs() {
    return btrfs;
  }

  @Override
  protected Path newDirectory() throws IOException {
    return Files.createTempDirectory(directories, "directory");
  }

  @Override
  protected void createSubvolume(Path directory, EntryName name) throws IOException {
    btrfs.createSubvolume(directory, name.toString());
  }

  /** The fake compresses when it sends. */
  @Override
  protected void compress(Path subvolume) {}

  @Override
  protected void requireCompressedSend() {}

  @Override
  protected void createDirectory(Path directory, EntryName name) throws IOException {
    btrfs.createDirectory(directory, name);
  }

  @Override
  protected void write(Path subvolume, String file, byte[] content) throws IOException {
    btrfs.write(subvolume, file, content, Instant.EPOCH);
  }

  @Override
  protected byte[] read(Path subvolume, String file) throws IOException {
    return btrfs.read(subvolume, file);
  }

  @Override
  protected void setReadOnly(Path directory, EntryName name, boolean readOnly) throws IOException {
    btrfs.setReadOnly(directory, name, readOnly);
  }

  @Override
  protected void createForeignEntries(Path directory, Path target) throws IOException {
    Files.createFile(directory.resolve("foreign file"));
    Files.createSymbolicLink(directory.resolve("foreign dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(directory.resolve("foreign link"), target);
    Files.createFile(directory.resolve("foreign\nline break"));
    btrfs.createDirectory(directory, EntryName.of("foreign directory"));
  }
}
