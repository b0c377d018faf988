package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class BackupKeyTest {

  private static final UUID ID = UUID.fromString("3fd11d8e-8110-4cd0-b85c-bae3dda86a3d");
  private static final UUID SOURCE = UUID.fromString("9d9d3bcb-4b62-46a3-b6e2-678eb27f9d7a");
  private static final BackupIdentity FULL =
      new BackupIdentity(
          ID, SOURCE, null, Ctransid.ofKernel(7), Instant.parse("2026-01-31T22:59:59Z"));
  private static final String REST =
      ".ctid7.uuid" + ID + ".sndp" + new UUID(0, 0) + ".prnt" + SOURCE + ".mdvn1.seqn0";

  private static ParsedKey.Known known(String key) {
    return (ParsedKey.Known) BackupKey.decode(key);
  }

  @Test
  void tellsBaseOffsetAndContentSuffixes() {
    String key = "a.b.ctim2026-01-31T23:59:59+01:00" + REST + ".zst.gpg";

    assertThat(known("folder/" + key))
        .isEqualTo(
            new ParsedKey.Known(
                new BackupLabel("a.b", FULL, ZoneOffset.ofHours(1)), List.of(".zst", ".gpg")));
  }

  @Test
  void findsContentSuffixesAmongTheKnownOnes() {
    assertThat(known("a.b.ctim2026-01-31T22:59:59Z.zst" + REST + ".gpg").contentSuffixes())
        .containsExactly(".zst", ".gpg");
  }

  @Test
  void countsAnUnreadableSuffixBeforeTheFirstKnownOneToTheBase() {
    assertThat(known("..x.uuidless.ctim2026-01-31T22:59:59Z" + REST).label().base())
        .isEqualTo("..x.uuidless");
  }

  @Test
  void readsAnOffsetThatJavaCannotHold() {
    ParsedKey.Known known = known("a.ctim2026-02-01T22:29:59+23:30" + REST);

    assertThat(known.identity()).isEqualTo(FULL);
    assertThat(known.label().offset()).isEqualTo(ZoneOffset.UTC);
  }

  @Test
  void tellsLaterVersionsFromForeignObjects() {
    String front = "a.ctim2026-01-31T22:59:59Z" + REST;

    assertThat(BackupKey.decode(front + ".mdvn3")).isInstanceOf(ParsedKey.Unsupported.class);
    assertThat(BackupKey.decode(front + ".seqn1")).isInstanceOf(ParsedKey.Unsupported.class);
    assertThat(BackupKey.decode(front + ".mdvn0")).isInstanceOf(ParsedKey.Foreign.class);
    assertThat(BackupKey.decode("photo.jpg")).isInstanceOf(ParsedKey.Foreign.class);
  }

  @Test
  void readsTheObjectsOfASegmentedBackup() {
    var attempt = Attempt.of(0xabcL);
    var label = new BackupLabel("a.b", FULL, ZoneOffset.ofHours(1));
    var zone = ZoneOffset.ofHours(1);

    var segment = BackupKey.encodeSegment("a.b", FULL, zone, attempt, 7, List.of(".zst", ".gpg"));
    var commit = BackupKey.encodeCommit("a.b", FULL, zone, attempt, 8);

    assertThat(segment).endsWith(".mdvn2.seqn000007.atmp0000000000000abc.zst.gpg");
    assertThat(commit).endsWith(".mdvn2.seqn000008.atmp0000000000000abc.commit");
    assertThat(BackupKey.decode("x/" + segment))
        .isEqualTo(new ParsedKey.Segment(label, attempt, 7, List.of(".zst", ".gpg")));
    assertThat(BackupKey.decode(commit)).isEqualTo(new ParsedKey.Commit(label, attempt, 8));
    assertThat(BackupKey.decode(commit + ".sig"))
        .isEqualTo(new ParsedKey.CommitSignature(label, attempt));
  }

  /** Invariant 1: what is not exactly named as a commit makes no backup. */
  @Test
  void takesNothingElseForACommit() {
    var front = "a.ctim2026-01-31T22:59:59Z" + REST.replace(".mdvn1.seqn0", ".mdvn2");

    assertThat(BackupKey.decode(front + ".seqn000001.commit"))
        .isInstanceOf(ParsedKey.Foreign.class);
    assertThat(BackupKey.decode(front + ".seqn000001.atmpabc.commit"))
        .isInstanceOf(ParsedKey.Foreign.class);
    assertThat(BackupKey.decode(front + ".seqn000000.atmp0123456789abcdef.commit"))
        .isInstanceOf(ParsedKey.Unsupported.class);
    assertThat(BackupKey.decode(front + ".seqn1000000.atmp0123456789abcdef.commit"))
        .isInstanceOf(ParsedKey.Unsupported.class);
    assertThat(BackupKey.decode(front + ".seqn000001.atmp0123456789abcdef.commits"))
        .isInstanceOf(ParsedKey.Segment.class);
    assertThat(BackupKey.decode(front.replace(".mdvn2", ".mdvn1") + ".seqn0.atmp0123456789abcdef"))
        .isInstanceOf(ParsedKey.Known.class);
  }

  @Test
  void writesUtcWhereTheOffsetHasSeconds() {
    var identity =
        new BackupIdentity(ID, SOURCE, null, Ctransid.ofKernel(7), Instant.EPOCH.plusSeconds(1));

    String key = BackupKey.encode("a", identity, ZoneId.of("Africa/Monrovia"), List.of());

    assertThat(key).startsWith("a.ctim1970-01-01T00:00:01+00:00.");
  }

  @Test
  void refusesToWriteAKeyThatReadsDifferently() {
    for (String base : List.of("", ".", "..", "a/b", "a.mdvn1")) {
      assertThatThrownBy(() -> BackupKey.encode(base, FULL, ZoneOffset.UTC, List.of()))
          .as(base)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String suffix : List.of("zst", ".", ".zst.gpg", ".seqn1", "/.zst")) {
      assertThatThrownBy(() -> BackupKey.encode("a", FULL, ZoneOffset.UTC, List.of(suffix)))
          .as(suffix)
          .isInstanceOf(IllegalArgumentException.class);
    }
    var late =
        new BackupIdentity(
            ID, SOURCE, null, FULL.ctransid(), Instant.parse("+10000-01-01T00:00:00Z"));
    assertThatThrownBy(() -> BackupKey.encode("a", late, ZoneOffset.UTC, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10000");
  }
}
