package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class SegmentMetadataTest {

  private static final Attempt ATTEMPT = new Attempt("0123456789abcdef");
  private static final String HASH = new RawHash(ATTEMPT).soFar();

  private static SegmentMetadata later(List<String> recipients) {
    return new SegmentMetadata(
        ATTEMPT, 200, HASH, 100, recipients, "proto1", new StoredContent(7, HASH));
  }

  private static List<String> recipients(int count) {
    return IntStream.range(0, count).mapToObj("0x%016X"::formatted).toList();
  }

  @Test
  void readsWhatItWrites() {
    var first = new SegmentMetadata(ATTEMPT, 0, HASH, 100, List.of(), "proto1", null);
    for (var metadata : List.of(first, later(List.of()), later(List.of("0xB", "0xA")))) {
      assertThat(SegmentMetadata.in(metadata.toMap())).contains(metadata);
    }
  }

  @Test
  void isWrittenUnderTheDocumentedNames() {
    assertThat(later(List.of("0xB", "0xA")).toMap())
        .containsOnly(
            Map.entry("btrfs2s3-attempt", "0123456789abcdef"),
            Map.entry("btrfs2s3-raw-offset", "200"),
            Map.entry("btrfs2s3-raw-prefix-sha256", HASH),
            Map.entry("btrfs2s3-segment-size", "100"),
            Map.entry("btrfs2s3-recipients", "0xA,0xB"),
            Map.entry("btrfs2s3-send-options", "proto1"),
            Map.entry("btrfs2s3-previous-size", "7"),
            Map.entry("btrfs2s3-previous-sha256", HASH));
  }

  @Test
  void anythingMissingOrUnreadableMakesItNone() {
    Map<String, String> whole = later(List.of()).toMap();
    for (String name : whole.keySet()) {
      var without = new HashMap<>(whole);
      without.remove(name);
      if (!name.equals("btrfs2s3-previous-size")) {
        assertThat(SegmentMetadata.in(without)).as("without %s", name).isEmpty();
      }
      boolean isNumberOrId =
          Stream.of("attempt", "offset", "segment-size", "previous-size").anyMatch(name::endsWith);
      for (String garbage : List.of("", "-1", "1e3", "9223372036854775808", "ä")) {
        without.put(name, garbage);
        if (isNumberOrId && !(name.endsWith("previous-size") && garbage.equals("-1"))) {
          assertThat(SegmentMetadata.in(without)).as("%s: %s", name, garbage).isEmpty();
        }
      }
    }
    assertThat(SegmentMetadata.in(Map.of())).isEmpty();
  }

  @Test
  void segmentsOfNothingAreRefused() {
    assertThatThrownBy(() -> new SegmentMetadata(ATTEMPT, 0, HASH, 0, List.of(), "proto1", null))
        .hasMessageContaining("segments of 0 bytes");
    assertThatThrownBy(() -> new SegmentMetadata(ATTEMPT, -1, HASH, 1, List.of(), "proto1", null))
        .hasMessageContaining("-1");
  }

  @Test
  void whateverTheNumberOfRecipientsItFitsIntoTheMetadataThatS3Takes() {
    var identity =
        new BackupIdentity(
            new UUID(-1, -1),
            new UUID(-1, -1),
            new UUID(-1, -1),
            Ctransid.ofKernel(-1),
            Instant.parse("9999-12-31T23:59:59Z"));
    for (int count : List.of(0, 1, 27, 28, 29, 100, 5_000)) {
      var metadata =
          new SegmentMetadata(
              ATTEMPT,
              Long.MAX_VALUE,
              HASH,
              Long.MAX_VALUE,
              recipients(count),
              "proto2,compressed-data",
              new StoredContent(Long.MAX_VALUE, HASH));
      var map = new HashMap<>(new BackupMetadata(identity, "zstd,openpgp", "10.20.30").toMap());
      map.putAll(metadata.toMap());
      map.put("btrfs2s3-upload-id", new UUID(-1, -1).toString());

      int bytes =
          map.entrySet().stream().mapToInt(entry -> "x-amz-meta-".length() + length(entry)).sum();
      assertThat(bytes).as("with %d recipients", count).isLessThan(2048);
      assertThat(SegmentMetadata.in(map)).contains(metadata);
    }
  }

  private static int length(Map.Entry<String, String> entry) {
    return entry.getKey().length() + entry.getValue().length();
  }

  @Test
  void manyRecipientsAreToldFromOthersByTheirHash() {
    var many = later(recipients(100));

    assertThat(many).isEqualTo(later(recipients(100).reversed()));
    assertThat(many).isNotEqualTo(later(recipients(101)));
    assertThat(many.recipients()).singleElement().asString().startsWith("sha256:").hasSize(71);
  }
}
