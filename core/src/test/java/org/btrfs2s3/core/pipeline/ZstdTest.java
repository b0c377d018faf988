package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ZstdTest {

  private static final int BLOCK_BYTES = 128 << 10;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK_BYTES, 1 << 20, (1 << 20) + 1, 5_000_000})
  void toolAndStageReadEachOther(int length) throws Exception {
    Tool.assumeInstalled("zstd");
    for (byte[] plain : new byte[][] {Flow.noise(length), Flow.text(length), new byte[length]}) {
      byte[] ours = Flow.through(plain, compress(3));

      assertThat(Tool.run(ours, "zstd", "-d")).isEqualTo(plain);
      assertThat(Flow.through(ours, new ZstdDecompress())).isEqualTo(plain);
      assertThat(Flow.through(Tool.run(plain, "zstd", "-1"), new ZstdDecompress()))
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 19, 22})
  void plainToolReadsEveryLevel(int level) throws Exception {
    Tool.assumeInstalled("zstd");
    byte[] plain = Flow.text(200_000);

    assertThat(Tool.run(Flow.through(plain, compress(level)), "zstd", "-d")).isEqualTo(plain);
  }

  @Test
  void framesHaveAChecksum() throws Exception {
    byte[] frame = Flow.through(Flow.noise(100), compress(3));

    // RFC 8878, 3.1.1.1.1: bit 2 of the frame header descriptor.
    assertThat(frame[4] & 0b100).isNotZero();
    frame[frame.length - 1] ^= 1;
    assertFails(frame, "checksum");
  }

  @Test
  void readsSeveralFramesAndSkipsSkippableOnes() throws Exception {
    byte[] skippable = HexFormat.of().parseHex("502a4d1803000000aabbcc");
    byte[] first = Flow.text(300_000);
    byte[] second = Flow.noise(10);

    byte[] frames =
        Flow.concat(
            skippable,
            Flow.through(first, compress(3)),
            skippable,
            Zstd.compress(second),
            Zstd.compress(new byte[0]));

    assertThat(Flow.through(frames, new ZstdDecompress())).isEqualTo(Flow.concat(first, second));
  }

  // Invariants 1 and 7
  @Test
  void everyTruncationFails() throws Exception {
    byte[] frame = Flow.through(Flow.noise(3 * BLOCK_BYTES), compress(3));

    assertFails(new byte[0], "empty");
    // Every place near the ends, and near the ends of blocks, whose content is stored as it is.
    for (int length = 1; length < frame.length; length++) {
      int inBlock = length % BLOCK_BYTES;
      if (inBlock < 50 || inBlock > BLOCK_BYTES - 10 || length > frame.length - 20) {
        assertFails(Arrays.copyOf(frame, length), "truncated");
      }
    }
  }

  @Test
  void trailingGarbageFails() throws Exception {
    byte[] frame = Flow.through(Flow.noise(1000), compress(3));

    for (int length = 1; length < 10; length++) {
      assertFails(Flow.concat(frame, new byte[length]), "");
    }
    assertFails(Flow.concat(frame, new byte[] {0x28}), "truncated");
  }

  @Test
  void refusesLargerWindowsThanThePlainTool() {
    // Magic, a header with only a window descriptor (RFC 8878, 3.1.1.1.2), an empty last block.
    byte[] window27 = HexFormat.of().parseHex("28b52ffd0088010000");
    byte[] window28 = HexFormat.of().parseHex("28b52ffd0090010000");

    assertThatCode(() -> decompress(window27)).doesNotThrowAnyException();
    assertFails(window28, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 23})
  void refusesUnknownLevels(int level) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Compression.Zstd(level))
        .withMessageContaining("" + level);
  }

  private static Stage compress(int level) {
    return new ZstdCompress(new Compression.Zstd(level));
  }

  /** Straight, without threads: there are many. */
  private static void assertFails(byte[] input, String reason) {
    assertThatExceptionOfType(IOException.class)
        .as("%s bytes", input.length)
        .isThrownBy(() -> decompress(input))
        .withMessageContaining(reason);
  }

  private static void decompress(byte[] input) throws IOException {
    new ZstdDecompress()
        .transform(new ByteArrayInputStream(input), OutputStream.nullOutputStream());
  }
}
