package org.btrfs2s3.core.pipeline;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Compresses into one zstd frame with a checksum of its content.
 *
 * <p>The levels' own window logs are used. They are at most 27, which is what plain {@code zstd -d}
 * accepts. libzstd needs memory outside the heap, by level and number of workers: about 50 MB with
 * two workers up to level 8.
 */
record ZstdCompress(Compression.Zstd settings) implements Stage {

  private static final int BUFFER_BYTES = 1 << 20;

  /** The last level whose window has at most 2 MiB. */
  private static final int LAST_OF_SMALL_WINDOWS = 8;

  /**
   * What a worker compresses at once. libzstd would take 8 MiB with a window of 2 MiB and buffer
   * several of them: measured to need 55 MB more, without gain in time, for 0.3 % of the size.
   */
  private static final int JOB_BYTES = 4 << 20;

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException {
    // The context, not ZstdOutputStream: closing that one after a failure would end the frame well.
    try (Arena arena = Arena.ofConfined();
        var context = new ZstdCompressCtx()) {
      context.setLevel(settings.level()).setChecksum(true).setWorkers(settings.workers());
      if (settings.level() <= LAST_OF_SMALL_WINDOWS) {
        context.setJobSize(JOB_BYTES);
      }
      ByteBuffer input = arena.allocate(BUFFER_BYTES).asByteBuffer().limit(0);
      ByteBuffer output = arena.allocate(BUFFER_BYTES).asByteBuffer();
      byte[] bytes = new byte[BUFFER_BYTES];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        input.clear().put(bytes, 0, count).flip();
        while (input.hasRemaining()) {
          context.compressDirectByteBufferStream(output, input, EndDirective.CONTINUE);
          ZstdDecompress.drain(output, bytes, out);
        }
      }
      boolean ended;
      do {
        ended = context.compressDirectByteBufferStream(output, input, EndDirective.END);
        ZstdDecompress.drain(output, bytes, out);
      } while (!ended);
    } catch (ZstdException e) {
      throw new IOException("cannot compress: " + e.getMessage(), e);
    }
  }
}
