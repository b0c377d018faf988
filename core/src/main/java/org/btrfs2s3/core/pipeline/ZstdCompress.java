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
 * accepts. libzstd needs memory outside the heap, by level and number of workers.
 */
record ZstdCompress(Compression.Zstd settings) implements Stage {

  private static final int BUFFER_BYTES = 1 << 20;

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
