package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Invariant 3: what is kept can be restored only if its whole chain is there. */
final class ChainTest {

  private static final BackupIdentity ROOT = backup(1, null);
  private static final BackupIdentity MIDDLE = backup(2, 1L);
  private static final BackupIdentity LEAF = backup(3, 2L);

  private static BackupIdentity backup(long id, @Nullable Long parent) {
    return new BackupIdentity(
        new UUID(0, id),
        new UUID(9, 9),
        parent == null ? null : new UUID(0, parent),
        Ctransid.ofKernel(id),
        Instant.EPOCH);
  }

  private static Function<UUID, @Nullable BackupIdentity> among(BackupIdentity... backups) {
    var byUuid =
        Arrays.stream(backups).collect(Collectors.toMap(BackupIdentity::uuid, backup -> backup));
    return byUuid::get;
  }

  @Test
  void beginsWithTheFullBackup() {
    assertThat(Chain.of(LEAF.uuid(), among(LEAF, MIDDLE, ROOT, backup(4, 1L))))
        .isEqualTo(new Chain.Complete(List.of(ROOT, MIDDLE, LEAF)));
  }

  @Test
  void isBrokenWhereABackupIsMissing() {
    assertThat(Chain.of(LEAF.uuid(), among(LEAF, ROOT)))
        .isEqualTo(new Chain.Missing(MIDDLE.uuid()));
    assertThat(Chain.of(LEAF.uuid(), among(ROOT))).isEqualTo(new Chain.Missing(LEAF.uuid()));
  }

  @Test
  void isBrokenByACycle() {
    assertThat(Chain.of(LEAF.uuid(), among(LEAF, backup(2, 3L)))).isInstanceOf(Chain.Cyclic.class);
    assertThat(Chain.of(LEAF.uuid(), among(backup(3, 3L)))).isInstanceOf(Chain.Cyclic.class);
  }
}
