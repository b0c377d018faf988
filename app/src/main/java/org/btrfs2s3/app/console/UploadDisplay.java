package org.btrfs2s3.app.console;

import org.btrfs2s3.core.plan.UploadId;

/** Shows how far uploads are. For one thread at a time. */
public interface UploadDisplay extends AutoCloseable {

  /**
   * Takes how far an upload is; the first time it begins.
   *
   * @param name what people call it
   * @param estimatedBytes of the whole; 0 if that is not known. It may be exceeded
   */
  void show(UploadId upload, String name, long bytes, long estimatedBytes);

  /** The upload has ended, in whatever way, if it had begun. */
  void end(UploadId upload);

  /** Ends everything. */
  @Override
  void close();
}
