package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.restore.Checkpoints;
import org.btrfs2s3.core.restore.Restore;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreOptions;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a power cut at any moment of a restore there is either a complete restored subvolume or
 * hidden ones that the next restore goes on with or deletes. (Invariants 4, 7.)
 */
class PowerCutTest {
  private static final String REMOTE = "disk";
  private static final String TARGET = "target";

  private final List<RestoreEvent> events = new ArrayList<>();
  private int goneOn;
  private int deleted;
  private int complete;
  private int there;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesNothingThatIsWrong(boolean eachMemberIsMadeDurable) throws Exception {
    var checkpoints = eachMemberIsMadeDurable ? Checkpoints.ALWAYS : Checkpoints.USUAL;
    var backups = TwoBackups.create(REMOTE);
    try (var lab = backups.lab()) {
      var store = DirectoryStore.readOnlyAt(lab.work().resolve(REMOTE), _ -> true);
      var newest = lab.snapshots().resolve(backups.differential());
      var expected = Map.of(new KernelBtrfs().inspect(newest).uuid(), Manifest.of(newest));
      var pictures = photographed(store, checkpoints, expected, lab.work());
      assertThat(pictures).hasSizeGreaterThanOrEqualTo(8);
      for (var picture : pictures) {
        try (var volume = LoopVolume.mountCopy(picture.image())) {
          assertHeals(volume, store, checkpoints, expected, "before " + picture.before());
        }
      }
    }
    assertThat(deleted).isPositive();
    assertThat(complete).isPositive().isEqualTo(there);
    assertThat(goneOn).isGreaterThanOrEqualTo(eachMemberIsMadeDurable ? 2 : 1);
  }

  private List<Photographer.Picture> photographed(
      DirectoryStore store, Checkpoints checkpoints, Map<UUID, Manifest> expected, Path work)
      throws Exception {
    try (var volume = LoopVolume.create(LoopVolume.SMALL)) {
      var photographer = new Photographer(volume.image(), work);
      var target = Files.createDirectory(volume.path().resolve(TARGET));
      new KernelBtrfs().sync(target);
      assertThat(restore(photographer.btrfs(), store, checkpoints, target).failures()).isEmpty();
      photographer.take("the end");
      Restored.assertIdentical(expected, target);
      return photographer.pictures();
    }
  }

  private RestoreReport restore(
      Btrfs btrfs, DirectoryStore store, Checkpoints checkpoints, Path target) throws Exception {
    events.clear();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new Restore(btrfs, store, reader, target, checkpoints, events::add)
        .run(new RestoreOptions(new Selection.Latest(), null, false));
  }

  private void assertHeals(
      LoopVolume volume,
      DirectoryStore store,
      Checkpoints checkpoints,
      Map<UUID, Manifest> expected,
      String moment)
      throws Exception {
    var target = volume.path().resolve(TARGET);
    if (!names(target).isEmpty()) {
      complete++;
      Restored.assertIdentical(expected, target);
    }
    var report = restore(new KernelBtrfs(), store, checkpoints, target);
    assertThat(report.failures()).as(moment).isEmpty();
    goneOn += count(RestoreEvent.GoneOn.class);
    deleted += count(RestoreEvent.HiddenDeleted.class);
    there += count(RestoreEvent.AlreadyThere.class);
    assertThat(target).as(moment).isDirectoryNotContaining("glob:**.btrfs2s3-*");
    Restored.assertIdentical(expected, target);
  }

  private int count(Class<? extends RestoreEvent> type) {
    return (int) events.stream().filter(type::isInstance).count();
  }

  private static List<String> names(Path target) throws IOException {
    return new KernelBtrfs().list(target).stream().map(entry -> entry.name().toString()).toList();
  }
}
