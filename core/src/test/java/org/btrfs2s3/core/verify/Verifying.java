package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.testing.FakeBtrfs;

/** Verifies a remote without keys; what it holds a test puts there. */
final class Verifying {

  static final LocalDate TODAY = LocalDate.of(2026, 2, 12);

  final MemoryStore store = new MemoryStore();
  final Stored stored = new Stored(store);
  final FakeBtrfs btrfs = new FakeBtrfs();

  static VerifyOptions all(Level level) {
    return new VerifyOptions(level, new Sample.All(), TODAY, null, null);
  }

  VerifyReport run(Level level) throws Exception {
    return run(store, level);
  }

  VerifyReport run(BackupStore remote, Level level) throws Exception {
    return verify(remote, List.of(), _ -> {}).run(all(level));
  }

  VerifyReport run(VerifyOptions options, SourcePlace... places) throws Exception {
    return verify(store, List.of(places), _ -> {}).run(options);
  }

  Verify verify(BackupStore remote, List<SourcePlace> places, VerifyListener listener) {
    var reader = new ContentReader(remote, ContentKeys.none(), _ -> List.of());
    return new Verify("one", remote, reader, btrfs, places, listener);
  }

  static Finding only(VerifyReport report, Finding.Kind kind) {
    var found = report.findings().stream().filter(finding -> finding.kind() == kind).toList();
    assertThat(found).as("%s", report.findings()).hasSize(1);
    return found.getFirst();
  }

  static void assertClean(VerifyReport report) {
    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked()).isEmpty();
    assertThat(report.sampled()).hasSize(report.backups());
    assertThat(report.sampled())
        .extracting(StoredBackup::uuid)
        .containsExactlyElementsOf(report.checked());
  }
}
