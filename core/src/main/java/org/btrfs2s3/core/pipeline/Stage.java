package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One step that a stream flows through: compression, encryption, an external command. Equal stages
 * make of equal input what is as good for either, so that a {@link Fanout} runs only one of them.
 */
public interface Stage {

  /** For messages and thread names, such as {@code zstd} or {@code pipe_through[0] gzip}. */
  String name();

  /**
   * Transforms all of {@code in} into {@code out}. Returns only if the whole input was read to its
   * end, and all output that belongs to it was written; -1 from {@code in} means that everything
   * upstream ended well. Neither stream is closed here. Runs in a thread of its own; an interrupt
   * means: give up.
   */
  void transform(InputStream in, OutputStream out) throws IOException, InterruptedException;
}
