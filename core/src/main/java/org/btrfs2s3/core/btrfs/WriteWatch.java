package org.btrfs2s3.core.btrfs;

/**
 * Knows of every write to a file system that is lost while it is open, whoever else is told of it.
 * (The kernel tells a lost write once to each open file, and to none that is opened after somebody
 * was told.) Safe for use by several threads, but for closing.
 */
public interface WriteWatch extends AutoCloseable {

  /**
   * Writes everything that is buffered to disk and commits the transaction.
   *
   * @throws BtrfsException if that fails, or if a write was lost since the last call
   */
  void sync() throws BtrfsException;

  @Override
  void close();
}
