package org.btrfs2s3.core.pipeline;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Decompresses one or several zstd frames, skippable ones included, and verifies their checksums.
 * An empty input, an input that ends inside a frame, and anything else after a frame are errors.
 *
 * <p>libzstd needs memory outside the heap for the frame's window, at most 128 MiB: frames with a
 * larger window are refused.
 */
final class ZstdDecompress implements Stage {

  private static final int BUFFER_BYTES = 1 << 20;

  /** What plain {@code zstd -d} accepts; 2^27 bytes. */
  private static final int MAXIMUM_WINDOW_LOG = 27;

  @Override
  public String name() {
    return "zstd -d";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    boolean atEndOfFrame = false;
    try (Arena arena = Arena.ofConfined();
        var context = new ZstdDecompressCtx()) {
      context.setLongMax(MAXIMUM_WINDOW_LOG);
      ByteBuffer input = arena.allocate(BUFFER_BYTES).asByteBuffer();
      ByteBuffer output = arena.allocate(BUFFER_BYTES).asByteBuffer();
      byte[] bytes = new byte[BUFFER_BYTES];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        input.clear().put(bytes, 0, count).flip();
        boolean outputWasFull = false;
        // At the end of a frame nothing is held back, and asking for more would begin a new one.
        while (input.hasRemaining() || (outputWasFull && !atEndOfFrame)) {
          atEndOfFrame = context.decompressDirectByteBufferStream(output, input);
          outputWasFull = !output.hasRemaining();
          drain(output, bytes, out);
        }
      }
    } catch (ZstdException e) {
      throw new IOException("damaged, or not zstd: " + e.getMessage(), e);
    }
    if (!atEndOfFrame) {
      throw new IOException("truncated: the input ends inside a zstd frame, or is empty");
    }
  }

  /** Writes what a buffer was filled with, by way of an array, and clears the buffer. */
  static void drain(ByteBuffer buffer, byte[] bytes, OutputStream out) throws IOException {
    int count = buffer.flip().remaining();
    buffer.get(bytes, 0, count).clear();
    out.write(bytes, 0, count);
  }
}
