package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class BackupMetadataTest {

  private static final BackupIdentity FULL =
      new BackupIdentity(
          new UUID(1, 2),
          new UUID(3, 4),
          null,
          Ctransid.ofKernel(-1),
          Instant.parse("1969-12-31T23:59:59Z"));
  private static final BackupIdentity DIFFERENTIAL =
      new BackupIdentity(
          new UUID(5, 6), FULL.source(), FULL.uuid(), Ctransid.ofKernel(8), Instant.EPOCH);

  @Test
  void readsWhatItWrites() {
    Map<String, String> map = new BackupMetadata(DIFFERENTIAL, "zstd,openpgp", "1.2").toMap();

    assertThat(BackupMetadata.identityIn(map)).contains(DIFFERENTIAL);
    assertThat(BackupMetadata.encodingIn(map)).contains("zstd,openpgp");
    assertThat(BackupMetadata.versionIn(map)).contains("1.2");
    assertThat(BackupMetadata.identityIn(new BackupMetadata(FULL, "none", "1.2").toMap()))
        .contains(FULL);
  }

  @Test
  void isWrittenUnderTheDocumentedNames() {
    assertThat(new BackupMetadata(FULL, "none", "1.2").toMap())
        .containsOnly(
            Map.entry("btrfs2s3-uuid", "00000000-0000-0001-0000-000000000002"),
            Map.entry("btrfs2s3-parent-uuid", "00000000-0000-0003-0000-000000000004"),
            Map.entry("btrfs2s3-send-parent-uuid", "00000000-0000-0000-0000-000000000000"),
            Map.entry("btrfs2s3-ctransid", "18446744073709551615"),
            Map.entry("btrfs2s3-ctime", "1969-12-31T23:59:59Z"),
            Map.entry("btrfs2s3-encoding", "none"),
            Map.entry("btrfs2s3-version", "1.2"));
  }

  @Test
  void knowsNoIdentityWhereAnythingOfItIsMissingOrUnreadable() {
    Map<String, String> whole = new BackupMetadata(FULL, "none", "1.2").toMap();
    for (String name : whole.keySet()) {
      boolean identifying = !name.equals("btrfs2s3-encoding") && !name.equals("btrfs2s3-version");
      var without = new HashMap<>(whole);
      without.remove(name);
      assertThat(BackupMetadata.identityIn(without).isEmpty()).as(name).isEqualTo(identifying);
      without.put(name, "x");
      assertThat(BackupMetadata.identityIn(without).isEmpty()).as(name).isEqualTo(identifying);
    }
    assertThat(BackupMetadata.encodingIn(Map.of())).isEmpty();
    assertThat(BackupMetadata.versionIn(Map.of())).isEmpty();
  }
}
