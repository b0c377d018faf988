package org.btrfs2s3.core.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EncodingTest {

  private static final Compression PLAIN = new Compression.None();
  private static final Encryption OPEN = new Encryption.None();

  @Test
  void rawEncodingLeavesTheStreamAsItIs() throws Exception {
    var raw = new StandardEncoding(PLAIN, OPEN);
    byte[] stream = Flow.noise(1000);

    assertThat(raw.description()).isEqualTo("none");
    assertThat(raw.keySuffixes()).isEmpty();
    assertThat(Flow.through(stream, raw.stages())).isEqualTo(stream);
  }

  @Test
  void suffixesTellWhatTheContentIs() {
    var compressed = new StandardEncoding(new Compression.Zstd(3), OPEN);

    assertThat(compressed.keySuffixes()).containsExactly(".zst");
    assertThat(compressed.description()).isEqualTo("zstd");
    assertThat(compressed.stages()).extracting(Stage::name).containsExactly("zstd");
  }

  @Test
  void filtersLeaveNoSuffix() {
    var filters = new FilterEncoding(List.of(List.of("gzip", "-1"), List.of("cat")));

    assertThat(filters.keySuffixes()).isEmpty();
    assertThat(filters.description()).isEqualTo("pipe");
    assertThat(filters.stages())
        .extracting(Stage::name)
        .containsExactly("pipe_through[0] gzip", "pipe_through[1] cat");
  }

  @Test
  void filtersNeedCommands() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new FilterEncoding(List.of()));
  }

  @Test
  void decodesSuffixesFromRightToLeft() {
    assertThat(Decoding.stages(List.of(".zst", ".gpg"), Identities.none()))
        .extracting(Stage::name)
        .containsExactly("openpgp -d", "zstd -d");
    assertThat(Decoding.stages(List.of(".unknown"), Identities.none())).isEmpty();
  }

  static Stream<Arguments> firstBytes() {
    return Stream.of(
        arguments("btrfs-stream\0", LikelyFormat.BTRFS_STREAM),
        arguments("btrfs-stream", LikelyFormat.UNKNOWN),
        arguments("(\u00b5/\u00fd", LikelyFormat.ZSTD),
        arguments("\u001f\u008b", LikelyFormat.GZIP),
        arguments("\u00fd7zXZ\0", LikelyFormat.XZ),
        arguments("BZh9", LikelyFormat.BZIP2),
        arguments("\u0004\"M\u0018", LikelyFormat.LZ4),
        arguments("age-encryption.org/v1", LikelyFormat.AGE),
        arguments("-----BEGIN PGP MESSAGE-----", LikelyFormat.OPENPGP_ARMOR),
        arguments("\u0085\u0001", LikelyFormat.OPENPGP),
        arguments("\u00c1\u00c0", LikelyFormat.OPENPGP),
        arguments("\u0099\u0001", LikelyFormat.UNKNOWN),
        arguments("", LikelyFormat.UNKNOWN));
  }

  @ParameterizedTest
  @MethodSource("firstBytes")
  void namesTheLikelyFormat(String firstBytes, LikelyFormat format) {
    assertThat(LikelyFormat.of(firstBytes.getBytes(ISO_8859_1))).isEqualTo(format);
  }
}
