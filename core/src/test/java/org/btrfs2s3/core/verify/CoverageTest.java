package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.SOURCE;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;
import static org.btrfs2s3.core.verify.Verifying.TODAY;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of nothing is not right (invariant 9). */
final class CoverageTest {

  @TempDir private Path directory = Path.of("");

  private final Verifying verifying = new Verifying();
  private final MemoryStore store = verifying.store;
  private final Stored stored = verifying.stored;
  private final FakeBtrfs btrfs = verifying.btrfs;

  private VerifyReport covered(@Nullable UUID source, Path... uploaded) throws Exception {
    return verifying.run(
        new VerifyOptions(Level.LISTING, new Sample.All(), TODAY, source, null, Set.of(uploaded)));
  }

  @Test
  void nothingAtAllIsNotRight() throws Exception {
    // Invariant 9: an emptied bucket and a wrong prefix look like this.
    store.put(new ObjectKey("notes.txt"), new byte[1], Map.of());
    assertThat(covered(null).notChecked())
        .singleElement()
        .extracting(NotChecked::message)
        .asString()
        .contains("no backup in", "prefix");

    stored.whole(1, 0);
    assertThat(covered(null).notChecked()).isEmpty();
    assertThat(covered(SOURCE).notChecked()).isEmpty();
    assertThat(covered(new UUID(8, 8)).notChecked()).hasSize(1);
  }

  @Test
  void aSourceOfWhichNothingIsThereIsNotRight() throws Exception {
    var data = directory.resolve("data");
    var uuid = btrfs.addSource(data);
    stored.whole(1, 0);

    var report = covered(null, data, directory.resolve("elsewhere"));

    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked())
        .singleElement()
        .satisfies(
            what -> {
              assertThat(what.uuid()).isNull();
              assertThat(what.message()).contains(data.toString(), uuid.toString());
            });
    assertThat(covered(SOURCE, data).notChecked()).as("another one is asked for").isEmpty();
    assertThat(covered(uuid, data).notChecked()).hasSize(1);

    // One that is damaged is told by itself.
    var identity =
        new BackupIdentity(uuid(2), uuid, null, identity(2, 0).ctransid(), identity(2, 0).ctime());
    store.put(Stored.key(identity), new byte[0], Stored.metadata(identity));
    assertThat(covered(null, data).notChecked()).isEmpty();
  }

  @Test
  void whatOnlyALaterVersionCanReadIsThere() throws Exception {
    stored.later(1, 0);

    assertThat(covered(null).notChecked())
        .singleElement()
        .extracting(NotChecked::message)
        .asString()
        .contains("only a later version");
  }
}
