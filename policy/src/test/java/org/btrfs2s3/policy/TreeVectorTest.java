package org.btrfs2s3.policy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.btrfs2s3.policy.VectorCase.Interval;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is kept and why: vectors {@code e_resolve}. */
class TreeVectorTest {

  private static final Map<String, Reason> REASONS =
      Map.of(
          "Preserved", Reason.PRESERVED,
          "MostRecent", Reason.MOST_RECENT,
          "SendAncestor", Reason.SEND_ANCESTOR);
  private static final Map<String, Flag> FLAGS =
      Map.of(
          "New", Flag.NEW,
          "SnapshotIsNewer", Flag.SNAPSHOT_IS_NEWER,
          "ReplacingNewer", Flag.REPLACING_NEWER,
          "NoSnapshot", Flag.NO_SNAPSHOT);

  @TestFactory
  Stream<DynamicTest> keepsWhatThePythonToolKeeps() throws IOException {
    return VectorCase.all("e_resolve").stream()
        .map(vector -> dynamicTest(name(vector), () -> check(vector)));
  }

  private static String name(VectorCase vector) {
    return vector.id() + " " + vector.json().get("kind").asText();
  }

  private static void check(VectorCase vector) {
    PreservationTree tree =
        TreePlanner.plan(
            snapshots(vector),
            backups(vector),
            vector.policy(),
            vector.instant("now"),
            vector.zone());
    JsonNode expected = vector.json().get("expect");

    boolean deviates =
        Stream.of(
                checkKept(tree.keptSnapshots(), expected.get("keep_snapshots"), vector.zone()),
                checkKept(tree.keptBackups(), expected.get("keep_backups"), vector.zone()),
                checkUploads(tree, backups(vector), expected.get("upload")))
            .anyMatch(Boolean::booleanValue);
    if (vector.bundled()) {
      assertThat(deviates).as("listed as a deviation").isEqualTo(vector.deviates());
    }
    tree.keptBackups()
        .forEach(
            (uuid, kept) -> checkBackup(kept.item(), expected.get("keep_backups").get(uuid + "")));
    assertThat(uuids(tree.droppedSnapshots().stream().map(Snapshot::uuid)))
        .isEqualTo(uuids(expected.get("destroy_snapshots")));
    assertThat(uuids(tree.droppedBackups().stream().map(Backup::uuid)))
        .isEqualTo(uuids(expected.get("delete_backups")));
    assertThat(tree.problems().stream().map(TreeVectorTest::warning))
        .containsExactlyInAnyOrderElementsOf(texts(expected.get("warnings")));
  }

  /** Returns whether time spans differ as they may. */
  private static <T> boolean checkKept(Map<UUID, Kept<T>> kept, JsonNode expected, ZoneId zone) {
    assertThat(kept.keySet()).isEqualTo(fieldNames(expected));
    boolean deviates = false;
    for (Map.Entry<UUID, Kept<T>> entry : kept.entrySet()) {
      Kept<T> item = entry.getValue();
      JsonNode json = expected.get(entry.getKey().toString());
      assertThat(item.reasons())
          .containsExactlyInAnyOrderElementsOf(
              texts(json.get("reasons")).stream().map(REASONS::get).toList());
      assertThat(item.flags())
          .containsExactlyInAnyOrderElementsOf(
              texts(json.get("flags")).stream().map(FLAGS::get).toList());
      deviates |=
          checkSpans(Interval.of(item.spans()), VectorCase.intervals(json.get("time_spans")), zone);
    }
    return deviates;
  }

  /** Minutes and seconds of a repeated hour may be those of the other pass. */
  private static boolean checkSpans(List<Interval> spans, List<Interval> expected, ZoneId zone) {
    Set<Interval> unexpected = new HashSet<>(spans);
    expected.forEach(unexpected::remove);
    Set<Interval> missing = new HashSet<>(expected);
    spans.forEach(missing::remove);
    assertThat(unexpected)
        .allMatch(span -> span.length().compareTo(Timeframe.MINUTE.duration()) <= 0);
    assertThat(starts(unexpected, zone)).isEqualTo(starts(missing, zone));
    return !unexpected.isEmpty();
  }

  private static Set<LocalDateTime> starts(Set<Interval> spans, ZoneId zone) {
    return spans.stream().map(span -> span.start().atZone(zone).toLocalDateTime()).collect(toSet());
  }

  private static void checkBackup(Backup backup, JsonNode expected) {
    assertThat(backup).isEqualTo(backup(backup.uuid(), expected));
  }

  /** Returns whether the vector counts kept backups that exist as uploads, because of a flag. */
  private static boolean checkUploads(
      PreservationTree tree, List<Backup> existing, JsonNode expected) {
    Set<UUID> flagged = uuids(expected);
    Set<UUID> missing = new HashSet<>(flagged);
    existing.forEach(backup -> missing.remove(backup.uuid()));
    assertThat(uuids(tree.uploads().stream().map(upload -> upload.item().uuid())))
        .isEqualTo(missing);
    return !flagged.equals(missing);
  }

  private static String warning(ChainProblem problem) {
    return switch (problem) {
      case ChainProblem.MissingAncestor(Backup backup, UUID missing) ->
          "Backup chain is broken: %s has parent %s, which is missing"
              .formatted(backup.uuid(), missing);
      case ChainProblem.Damaged(Backup backup) -> "damaged: " + backup.uuid();
      case ChainProblem.Cycle(Backup backup) -> "cycle: " + backup.uuid();
    };
  }

  private static List<Snapshot> snapshots(VectorCase vector) {
    List<Snapshot> snapshots = new ArrayList<>();
    for (JsonNode json : vector.json().get("snapshots")) {
      snapshots.add(
          new Snapshot(
              uuid(json.get("uuid")), ctransid(json), VectorCase.instant(json.get("ctime"))));
    }
    return snapshots;
  }

  private static List<Backup> backups(VectorCase vector) {
    List<Backup> backups = new ArrayList<>();
    for (JsonNode json : vector.json().get("backups")) {
      backups.add(backup(uuid(json.get("uuid")), json));
    }
    return backups;
  }

  private static Backup backup(UUID uuid, JsonNode json) {
    JsonNode parent = json.get("send_parent_uuid");
    @Nullable UUID sendParent = parent.isNull() ? null : uuid(parent);
    return new Backup(
        uuid,
        sendParent,
        ctransid(json),
        VectorCase.instant(json.get("ctime")).truncatedTo(ChronoUnit.SECONDS));
  }

  private static Ctransid ctransid(JsonNode json) {
    return new Ctransid(json.get("ctransid").bigIntegerValue());
  }

  private static UUID uuid(JsonNode json) {
    return UUID.fromString(json.asText());
  }

  private static Set<UUID> uuids(Stream<UUID> uuids) {
    return uuids.collect(toSet());
  }

  private static Set<UUID> uuids(JsonNode list) {
    return uuids(texts(list).stream().map(UUID::fromString));
  }

  private static Set<UUID> fieldNames(JsonNode object) {
    Set<UUID> names = new HashSet<>();
    object.fieldNames().forEachRemaining(name -> names.add(UUID.fromString(name)));
    return names;
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
