package org.btrfs2s3.app.console;

/** Shows how far uploads, or other transfers, are. For one thread at a time. */
public interface UploadDisplay extends AutoCloseable {

  /**
   * Takes how far a transfer is; the first time it begins.
   *
   * @param transfer what tells it from others, by {@code equals}
   * @param name what people call it
   * @param estimatedBytes of the whole; 0 if that is not known. It may be exceeded
   */
  void show(Object transfer, String name, long bytes, long estimatedBytes);

  /** The transfer has ended, in whatever way, if it had begun. */
  void end(Object transfer);

  /** Ends everything. */
  @Override
  void close();
}
