package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.only;

import java.util.Map;
import org.btrfs2s3.core.store.MemoryStore;
import org.junit.jupiter.api.Test;

/** What objects say of themselves (invariant 3). */
final class ObjectCheckTest {

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;

  @Test
  void metadataOfAnotherBackup() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, store.content(key), Stored.metadata(identity(2, 0)));

    assertThat(only(verifying.run(Level.LISTING), Finding.Kind.METADATA_DIFFER).key())
        .isEqualTo(key);
  }

  @Test
  void swappedSegmentsOfOneSize() throws Exception {
    stored.segmented(1, 0);
    var first = Stored.segment(identity(1, 0), 0);
    var second = Stored.segment(identity(1, 0), 1);
    var bytes = store.content(first);
    var metadata = store.metadata(first);
    store.put(first, store.content(second), store.metadata(second));
    store.put(second, bytes, metadata);

    assertThat(verifying.run(Level.LISTING).findings())
        .hasSize(3)
        .anyMatch(finding -> finding.kind() == Finding.Kind.METADATA_DIFFER)
        .anyMatch(finding -> finding.kind() == Finding.Kind.SOURCE_LOST);
    assertThat(only(verifying.run(Level.DATA), Finding.Kind.DAMAGED).uuid()).isEqualTo(uuid(1));
  }

  @Test
  void aCommitObjectThatIsNone() throws Exception {
    var commit = stored.segmented(1, 0);
    store.put(commit, new byte[10], Map.of());

    assertThat(only(verifying.run(Level.LISTING), Finding.Kind.COMMIT_UNUSABLE).key())
        .isEqualTo(commit);
  }
}
