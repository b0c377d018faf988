package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class CommitJsonTest {

  private static final BackupIdentity FULL =
      new BackupIdentity(
          new UUID(1, 2),
          new UUID(3, 4),
          null,
          Ctransid.ofKernel(-1),
          Instant.parse("2026-02-11T12:00:00Z"));

  private static final CommitDocument DOCUMENT = document(FULL, 2);

  /** Segments of 100 bytes, but for the last one. */
  private static CommitDocument document(BackupIdentity identity, int segments) {
    List<CommitDocument.Segment> all = new ArrayList<>();
    long offset = 0;
    for (int number = 0; number < segments; number++) {
      long length = number == segments - 1 ? 1 : 100;
      all.add(
          new CommitDocument.Segment(
              "segment " + number, new StoredContent(7, "aa"), offset, length));
      offset += length;
    }
    return new CommitDocument(
        identity,
        new Attempt("0123456789abcdef"),
        "zstd,openpgp",
        List.of("0xA", "0xB"),
        "proto1",
        100,
        all,
        offset,
        "bb");
  }

  /** What later versions read, whatever else they write. */
  private static final String GOLDEN =
      """
      {
        "version" : 1,
        "uuid" : "00000000-0000-0001-0000-000000000002",
        "source" : "00000000-0000-0003-0000-000000000004",
        "send_parent" : null,
        "ctransid" : 18446744073709551615,
        "ctime" : "2026-02-11T12:00:00Z",
        "attempt" : "0123456789abcdef",
        "encoding" : "zstd,openpgp",
        "send_options" : "proto1",
        "segment_size" : 100,
        "raw_length" : 101,
        "raw_sha256" : "bb",
        "recipients" : [ "0xA", "0xB" ],
        "segments" : [ {
          "name" : "segment 0",
          "size" : 7,
          "sha256" : "aa",
          "raw_offset" : 0,
          "raw_length" : 100
        }, {
          "name" : "segment 1",
          "size" : 7,
          "sha256" : "aa",
          "raw_offset" : 100,
          "raw_length" : 1
        } ]
      }""";

  private static CommitDocument read(String json) throws IOException {
    return CommitJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void isWrittenAsDocumented() {
    assertThat(new String(CommitJson.write(DOCUMENT), StandardCharsets.UTF_8)).isEqualTo(GOLDEN);
  }

  @Test
  void readsWhatItWrites() throws Exception {
    var differential =
        new BackupIdentity(
            new UUID(5, 6), FULL.source(), FULL.uuid(), Ctransid.ofKernel(8), Instant.EPOCH);
    for (var document : List.of(DOCUMENT, document(differential, 1), document(FULL, 1000))) {
      assertThat(CommitJson.read(CommitJson.write(document))).isEqualTo(document);
    }
  }

  @Test
  void ignoresMembersThatItDoesNotKnow() throws Exception {
    assertThat(read(GOLDEN.replace("{", "{ \"later\" : [ { } ],"))).isEqualTo(DOCUMENT);
  }

  @Test
  void refusesAnotherVersion() {
    for (String version : List.of("2", "0", "4294967297")) {
      assertThatThrownBy(() -> read(GOLDEN.replace("\"version\" : 1", "\"version\" : " + version)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("version " + version);
    }
  }

  @Test
  void refusesWhatDoesNotAgreeWithItself() {
    for (var change :
        List.of(
            List.of("\"raw_offset\" : 100", "\"raw_offset\" : 99"),
            List.of("\"raw_length\" : 101", "\"raw_length\" : 102"),
            List.of("\"raw_length\" : 1\n", "\"raw_length\" : 9223372036854775807\n"),
            List.of("\"raw_length\" : 1\n", "\"raw_length\" : 1.5\n"),
            List.of("\"size\" : 7", "\"size\" : -7"),
            List.of("\"attempt\" : \"0", "\"attempt\" : \"x"),
            List.of("2026-02-11T", "2026-02-31T"),
            List.of("18446744073709551615", "1e999999999"),
            List.of("00000000-0000-0001", "nonsense"))) {
      assertThat(GOLDEN).contains(change.getFirst());
      assertThatThrownBy(() -> read(GOLDEN.replace(change.getFirst(), change.getLast())))
          .as("%s", change)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesWhatIsNoDocument() {
    for (String json :
        List.of("", " ", "null", "1", "[]", "\"\"", "{}", "{\"version\":1}", "{\"version\":{}}")) {
      assertThatThrownBy(() -> read(json)).as("'%s'", json).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> read(GOLDEN + "x")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(GOLDEN + GOLDEN)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(GOLDEN.replace("{", "{ \"uuid\" : \"\",")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesWhatWouldTakeMemoryOutOfProportion() {
    // Invariant 6.
    assertThatThrownBy(() -> read("[".repeat(1_000_000))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(GOLDEN.replace("{", "{ \"x\" : " + "9".repeat(100_000) + ",")))
        .isInstanceOf(IOException.class);
  }

  @Property(seed = "20260211", tries = 3000)
  void whateverIsDamagedItFailsAsInputDoes(
      @ForAll @IntRange(max = 900) int position,
      @ForAll @Size(max = 3) byte[] replacement,
      @ForAll @IntRange(max = 40) int removed) {
    byte[] whole = CommitJson.write(DOCUMENT);
    int from = Math.min(position, whole.length);
    int to = Math.min(from + removed, whole.length);
    var damaged = new byte[from + replacement.length + whole.length - to];
    System.arraycopy(whole, 0, damaged, 0, from);
    System.arraycopy(replacement, 0, damaged, from, replacement.length);
    System.arraycopy(whole, to, damaged, from + replacement.length, whole.length - to);
    try {
      assertThat(CommitJson.read(damaged)).isNotNull();
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Property(seed = "20260211", tries = 2000)
  void garbageFailsAsInputDoes(@ForAll @Size(max = 200) byte[] garbage) {
    assertThatThrownBy(() -> CommitJson.read(garbage)).isInstanceOf(IOException.class);
  }
}
