package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 10: only what is named as ours may be renamed or deleted. */
final class SnapshotNameTest {

  private static final String NAME =
      SnapshotName.of(
          "data",
          Instant.parse("2026-01-31T22:59:59Z"),
          Ctransid.ofKernel(-1),
          ZoneId.of("Asia/Kathmandu"));

  @Test
  void knowsOurNamesInWhateverZoneTheyWereMade() {
    assertThat(NAME).isEqualTo("data.2026-02-01T04:44:59+05:45.18446744073709551615");
    assertThat(SnapshotName.matches("data", NAME)).isTrue();
    assertThat(SnapshotName.matches("data", SnapshotName.withUuid(NAME, new UUID(-1, -1))))
        .isTrue();
    assertThat(SnapshotName.matches("data", SnapshotName.created("data", -1))).isTrue();
    assertThat(SnapshotName.matches("data", SnapshotName.created("data", 0))).isTrue();
    assertThat(SnapshotName.matches("data", "data.NEW.4711")).isTrue();
    assertThat(SnapshotName.matches("data", "data.1971-12-31T23:15:30-00:44:30.1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data",
        "data.",
        "data.NEW",
        "data.NEW.",
        "data.NEW.mine",
        "data.2026-01-31",
        "data.2026-01-31T22:59:59.7",
        "data.2026-01-31T22:59:59+00:00",
        "data.2026-01-31T22:59:59+00:00.7.before-upgrade",
        "data.2026-01-31T22:59:59+00:00.7.DEADBEEF",
        "data.2026-01-31T22:59:59+00:00.7\n",
        "data2.2026-01-31T22:59:59+00:00.7",
        "xdata.2026-01-31T22:59:59+00:00.7",
        "home.2026-01-31T22:59:59+00:00.7",
        ".btrfs2s3-restoring.3fd11d8e-8110-4cd0-b85c-bae3dda86a3d"
      })
  void leavesTheUsersOwnNamesAlone(String name) {
    assertThat(SnapshotName.matches("data", name)).isFalse();
  }

  @Test
  void takesTheBaseLiterally() {
    assertThat(SnapshotName.matches("da.a", NAME)).isFalse();
  }
}
