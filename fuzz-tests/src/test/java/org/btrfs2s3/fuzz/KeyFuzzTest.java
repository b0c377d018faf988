package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;

/** Anybody may put objects into a bucket, under any keys. */
final class KeyFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void anyKeyIsSorted(byte[] bytes) {
    var key = new String(bytes, StandardCharsets.UTF_8);
    var parsed = BackupKey.decode(key);
    assertThat(BackupKey.decode(key)).isEqualTo(parsed);
    if (!key.isEmpty()) {
      var object = new StoredObject(new ObjectKey(key), 1, Instant.EPOCH, null);
      var catalog = Catalog.of(List.of(object));
      int sorted =
          catalog.backups().size()
              + catalog.damaged().size()
              + catalog.unfinished().size()
              + catalog.foreignObjects();
      assertThat(sorted).isEqualTo(1);
    }
  }
}
