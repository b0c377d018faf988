package org.btrfs2s3.it.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.core.verify.Finding;
import org.btrfs2s3.core.verify.Level;
import org.btrfs2s3.core.verify.Sample;
import org.btrfs2s3.core.verify.SourcePlace;
import org.btrfs2s3.core.verify.TreeComparison;
import org.btrfs2s3.core.verify.Verify;
import org.btrfs2s3.core.verify.VerifyEvent;
import org.btrfs2s3.core.verify.VerifyOptions;
import org.btrfs2s3.core.verify.VerifyReport;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/** An update deletes a snapshot while what was restored is compared with it. (Invariant 9.) */
class VanishingSnapshotTest {

  @Test
  void aSnapshotThatIsDeletedMeanwhileSaysNothingOfTheBackup() throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        Remote.InDirectory remote = Remote.InDirectory.create(lab.work().resolve("r"))) {
      ConfigFile config = ConfigFile.inZone(Lab.ZONE);
      remote.addTo(config, "r");
      Path file =
          config
              .source(lab.source(), lab.snapshots(), Upload.to("r", Lab.POLICY))
              .write(lab.work());
      lab.write("file", "content");
      Btrfs2s3.runHere(file, "update", "--force").expect(0);
      Path scratch = Files.createDirectory(lab.work().resolve("scratch"));
      Btrfs btrfs = new KernelBtrfs();
      try (var store = DirectoryStore.at(remote.path())) {
        VerifyReport report =
            new Verify(
                    "r",
                    store,
                    new ContentReader(store, ContentKeys.none(), _ -> List.of()),
                    btrfs,
                    List.of(new SourcePlace(lab.source(), lab.snapshots(), "data", false)),
                    event -> {
                      if (event instanceof VerifyEvent.Restored restored) {
                        delete(lab, restored.backup().uuid());
                      }
                    })
                .run(
                    new VerifyOptions(
                        Level.RESTORE, new Sample.All(), LocalDate.EPOCH, null, scratch));
        assertThat(report.findings())
            .singleElement()
            .satisfies(
                finding -> {
                  assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_COMPARED);
                  assertThat(finding.isDamage()).isFalse();
                });
        assertThat(report.notChecked()).isEmpty();
        assertThat(report.checked()).hasSize(1);
      }
    }
  }

  private static void delete(Lab lab, UUID snapshot) {
    try {
      for (var entry : lab.listSnapshots()) {
        if (entry.info().uuid().equals(snapshot)) {
          new KernelBtrfs().delete(lab.snapshots(), entry.name(), snapshot);
        }
      }
    } catch (BtrfsException e) {
      throw new AssertionError(e);
    }
  }

  /** What the look at the snapshot afterwards is for. */
  @Test
  void theFilesOfADeletedSnapshotCannotBeListed() throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create()) {
      lab.write("file", "content");
      Btrfs btrfs = new KernelBtrfs();
      EntryName name = EntryName.of("snapshot");
      btrfs.createSnapshot(lab.source(), lab.snapshots(), name);
      UUID uuid = btrfs.inspect(lab.snapshots(), name).uuid();
      try (Directory snapshots = Directory.open(lab.snapshots());
          Directory snapshot = snapshots.openChild(name.bytes());
          Directory copy = Directory.open(lab.source())) {
        assertThat(TreeComparison.of(snapshot, copy).count()).isZero();
        btrfs.delete(lab.snapshots(), name, uuid);
        assertThatThrownBy(() -> TreeComparison.of(snapshot, copy)).isInstanceOf(IOException.class);
      }
    }
  }
}
