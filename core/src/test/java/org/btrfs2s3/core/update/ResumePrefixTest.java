package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.Test;

/** What of an interrupted upload is not gone on with. */
final class ResumePrefixTest extends Segmenting {
  private void damage(int number, Consumer<Map<String, String>> change) {
    var key = segment(number);
    var store = world.store("one");
    var metadata = new HashMap<>(store.metadata(key));
    change.accept(metadata);
    store.put(key, store.content(key), metadata);
  }

  @Test
  void aSegmentWhoseMetadataAreDamagedIsSentAgainWithAllThatFollow() throws Exception {
    List<Consumer<Map<String, String>>> damages =
        List.of(
            Map::clear,
            metadata -> metadata.remove("btrfs2s3-previous-size"),
            metadata -> metadata.put("btrfs2s3-previous-size", "7"),
            metadata -> metadata.put("btrfs2s3-raw-offset", "81"),
            metadata -> metadata.put("btrfs2s3-segment-size", "41"),
            metadata -> metadata.put("btrfs2s3-attempt", "0123456789abcdef"),
            metadata -> metadata.put("btrfs2s3-ctransid", "1"),
            metadata -> metadata.put("btrfs2s3-encoding", "zstd"));
    for (var change : damages) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      damage(2, change);
      requireResumedAfter(1);
    }
  }

  @Test
  void absurdSizesInMetadataKeepNothingFromBeingUploaded() throws Exception {
    for (int number = 0; number < 4; number++) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      damage(number, metadata -> metadata.put("btrfs2s3-segment-size", "" + Long.MAX_VALUE));
      assertThat(world.run().failures()).isEmpty();
      requireFinished();
    }
  }

  @Test
  void aPrefixThatIsNotTheStreamsIsNoReasonToFail() throws Exception {
    interruptAt(4);
    damage(3, metadata -> metadata.put("btrfs2s3-raw-prefix-sha256", "0"));

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    requireFinished();
  }

  @Test
  void aSegmentOfAnotherSizeThanItsSuccessorSaysIsSentAgain() throws Exception {
    interruptAt(4);
    var key = segment(1);
    world.store("one").put(key, new byte[7], world.store("one").metadata(key));

    requireResumedAfter(1);
  }

  @Test
  void copiesOfSegmentsStayAndAreNotTakenForThem() throws Exception {
    interruptAt(4);
    var store = world.store("one");
    List<ObjectKey> copies = new ArrayList<>();
    for (int number : List.of(1, 3)) {
      var key = segment(number);
      var copy = new ObjectKey("Archive/" + key);
      store.put(copy, new byte[10], store.metadata(key));
      copies.add(copy);
    }

    requireResumedAfter(3);

    assertThat(store.keys()).containsAll(copies);
  }

  @Test
  void aHoleIsFilled() throws Exception {
    interruptAt(4);
    world.store("one").remove(segment(2));

    requireResumedAfter(1);
  }

  @Test
  void withoutItsFirstSegmentAnAttemptIsGarbage() throws Exception {
    interruptAt(4);
    world.store("one").remove(segment(0));

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    requireFinished();
  }

  @Test
  void anotherEncodingBeginsAnew() throws Exception {
    for (var recipients : List.of(List.of("0xA"), List.of("0xA", "0xB"))) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      world.encode("one", new Described("none", recipients)).source("data", Map.of("one", "1y 1d"));
      requireBegunAnew();
    }
    use(segmented(SEGMENT_BYTES));
    interruptAt(4);
    world
        .encode("one", new Described("something", List.of()))
        .source("data", Map.of("one", "1y 1d"));
    requireBegunAnew();
  }

  @Test
  void otherSendOptionsBeginAnew() throws Exception {
    interruptAt(4);
    world
        .uploading(new UploadOptions((long) SEGMENT_BYTES, null, true))
        .source("data", Map.of("one", "1y 1d"));
    requireBegunAnew();
  }

  private void requireBegunAnew() throws Exception {
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void anotherSegmentSizeOfTheConfigurationIsForTheNextAttempt() throws Exception {
    interruptAt(4);
    world.segmented(60).source("data", Map.of("one", "1y 1d"));

    requireResumedAfter(3);

    assertThat(segments("one"))
        .filteredOn(key -> number(key) < 4)
        .allSatisfy(key -> assertThat(world.store("one").content(key)).hasSize(SEGMENT_BYTES));
  }

  private record Described(String description, List<String> recipientIds) implements Encoding {
    @Override
    public List<String> keySuffixes() {
      return List.of();
    }

    @Override
    public List<Stage> stages() {
      return List.of();
    }
  }
}
