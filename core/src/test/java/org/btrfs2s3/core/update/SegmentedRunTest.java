package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.LIST;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Segmented backups: how they are stored. */
final class SegmentedRunTest extends Segmenting {
  @Test
  void theSegmentsTogetherAreTheStreamWhateverTheirSize() throws Exception {
    var stream = wholeStream();
    int length = stream.length;
    for (int size : List.of(1 + length / 9, length / 2, length / 2 + 1, length * 3 / 4)) {
      use(segmented(size));
      assertThat(world.run().failures()).isEmpty();

      var all = new ByteArrayOutputStream();
      for (var key : segments("one")) {
        var content = world.store("one").content(key);
        assertThat(content).hasSizeBetween(1, size);
        all.writeBytes(content);
      }
      assertThat(all.toByteArray()).isEqualTo(stream);
      assertThat(segments("one")).hasSize((length + size - 1) / size);
      requireFinished();
    }
  }

  @Test
  void noEmptySegmentFollowsAStreamThatEndsWithASegment() throws Exception {
    int length = wholeStream().length;
    for (int parts = 2; parts < length; parts++) {
      if (length % parts == 0) {
        use(segmented(length / parts));
        world.run();
        assertThat(segments("one")).hasSize(parts);
        requireFinished();
        return;
      }
    }
    // A prime: then each byte for itself.
    use(segmented(1));
    world.run();
    assertThat(segments("one")).hasSize(length);
    requireFinished();
  }

  @Test
  void whereTheEstimateIsWrongTheBackupIsWhole() throws Exception {
    int length = wholeStream().length;
    for (int size = length - 30; size < length + 3; size++) {
      use(segmented(size));
      world.run();
      // Whether it is segmented depends on the estimate, which need not be exact.
      assertThat(segments("one").size()).isIn(0, (length + size - 1) / size);
      requireFinished();
    }
  }

  @Test
  void theCommitObjectDescribesWhatIsStored() throws Exception {
    world.run();
    var store = world.store("one");
    var commit = store.keys().stream().filter(key -> key.value().endsWith(".commit")).toList();

    var document = CommitJson.read(store.content(commit.getFirst()));

    assertThat(commit).hasSize(1);
    assertThat(document.segments())
        .extracting(CommitDocument.Segment::name)
        .isEqualTo(segments("one").stream().map(ObjectKey::value).toList());
    for (var segment : document.segments()) {
      var content = store.content(new ObjectKey(segment.name()));
      var sum = new Sha256();
      sum.update(content, 0, content.length);
      assertThat(segment.content().sha256()).isEqualTo(sum.soFar());
      assertThat(segment.content().size()).isEqualTo(content.length);
    }
    assertThat(document.rawLength()).isEqualTo(wholeStream().length);
  }

  @Test
  void segmentsThatVanishBeforeTheCommitFailTheUploadAndTheNextRunSendsThemAgain()
      throws Exception {
    // Invariant 1.
    world.reach(
        "one",
        store -> new FaultyStore(store).fail(this::vanishes, RemoteException.Kind.TRANSIENT));
    var report = world.run();
    world.reach("one");

    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.message()).contains("vanished"));
    assertThat(world.store("one").keys()).noneMatch(key -> key.value().endsWith(".commit"));
    requireResumedAfter(0);
  }

  /** When the segments are listed before the commit, one is gone. */
  private boolean vanishes(FaultyStore.Request request) {
    if (request.operation() == LIST && segments("one").size() > 2) {
      world.store("one").remove(segment(1));
    }
    return false;
  }
}
