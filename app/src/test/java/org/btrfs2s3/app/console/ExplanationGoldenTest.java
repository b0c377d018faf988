package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.explain.Explainer;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.PlanOptions;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.Standing;
import org.btrfs2s3.core.plan.UploadTarget;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What {@code explain} prints in the usual cases. {@code -Dbtrfs2s3.golden.update=true} writes the
 * expected output anew, to be read as a diff.
 */
final class ExplanationGoldenTest {

  private static final Path GOLDEN =
      Path.of("src/test/resources/org/btrfs2s3/app/console/explanations.txt");
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOW = time("2026-02-11T12:00:00");
  private static final UUID SOURCE = new UUID(1, 1);
  private static final UUID OTHER_SOURCE = new UUID(1, 2);
  private static final RemoteId CLOUD = new RemoteId("cloud");
  private static final RemoteId DISK = new RemoteId("disk");

  // In the order of their times, which is that of their ctransids.
  private static final int LAST_YEARS = 1;
  private static final int THIS_YEARS = 2;
  private static final int FORGOTTEN = 3;
  private static final int DAMAGED = 4;
  private static final int ENDING = 5;
  private static final int YESTERDAYS = 6;
  private static final int USERS = 7;
  private static final int NEWEST = 8;
  private static final int OTHERS = 9;

  private final List<LocalSnapshot> snapshots = new ArrayList<>();
  private final List<StoredObject> objects = new ArrayList<>();

  private static Instant time(String local) {
    return LocalDateTime.parse(local).atZone(ZONE).toInstant();
  }

  private static UUID uuid(int number) {
    return new UUID(0x1000_0000_0000_4000L, 0x8000_0000_0000_0000L + number);
  }

  private void snapshot(int number, String name, Standing standing, String time) {
    snapshots.add(
        new LocalSnapshot(
            uuid(number),
            name,
            true,
            Ctransid.ofKernel(number),
            Ctransid.ofKernel(number),
            time(time),
            standing,
            LocalSnapshot.Origin.BEFORE_THIS_RUN));
  }

  private void snapshot(int number, String time) {
    snapshot(number, "data." + time, new Standing.Ours(), time);
  }

  private static BackupIdentity identity(
      UUID source, int number, @Nullable Integer parent, String time) {
    return new BackupIdentity(
        uuid(number),
        source,
        parent == null ? null : uuid(parent),
        Ctransid.ofKernel(number),
        time(time));
  }

  private void object(String key, long size) {
    objects.add(new StoredObject(new ObjectKey(key), size, NOW, "STANDARD"));
  }

  private void backup(UUID source, int number, @Nullable Integer parent, String time, int mib) {
    var identity = identity(source, number, parent, time);
    object(BackupKey.encode("data", identity, ZONE, List.of(".zst", ".gpg")), (long) mib << 20);
  }

  /** Its first two segments of three, and its commit object. */
  private void damagedBackup(int number, int parent, String time) {
    var identity = identity(SOURCE, number, parent, time);
    for (int segment = 0; segment < 2; segment++) {
      object(
          BackupKey.encodeSegment("data", identity, ZONE, Attempt.of(7), segment, List.of()),
          5 << 20);
    }
    object(BackupKey.encodeCommit("data", identity, ZONE, Attempt.of(7), 3), 1000);
  }

  private Explainer explainer() {
    backup(SOURCE, LAST_YEARS, null, "2025-03-01T10:00:00", 400);
    snapshot(THIS_YEARS, "2026-01-05T08:00:00");
    backup(SOURCE, THIS_YEARS, null, "2026-01-05T08:00:00", 500);
    snapshot(FORGOTTEN, "2026-01-20T08:00:00");
    backup(SOURCE, FORGOTTEN, THIS_YEARS, "2026-01-20T08:00:00", 3);
    damagedBackup(DAMAGED, THIS_YEARS, "2026-01-21T08:00:00");
    snapshot(ENDING, "2026-02-09T07:30:00");
    backup(SOURCE, ENDING, THIS_YEARS, "2026-02-09T07:30:00", 2);
    backup(SOURCE, YESTERDAYS, LAST_YEARS, "2026-02-10T07:30:00", 1);
    snapshot(USERS, "before the\nupgrade", new Standing.Users(), "2026-02-10T09:00:00");
    snapshot(NEWEST, "2026-02-11T11:00:00");
    backup(OTHER_SOURCE, OTHERS, null, "2026-02-01T00:00:00", 9);
    var source =
        new ObservedSource(
            SOURCE,
            "/data",
            "data",
            Ctransid.ofKernel(NEWEST),
            NOW,
            true,
            0,
            false,
            snapshots,
            List.of(target(CLOUD, "1y 3d"), target(DISK, "1y")));
    List<ObservedRemote> remotes =
        List.of(
            new ObservedRemote.Listed(CLOUD, Catalog.of(objects), List.of(), NOW, null),
            new ObservedRemote.Away(DISK, "unplugged"));
    return new Explainer(
        Planner.plan(
            new Observation(NOW, ZONE, true, List.of(source), List.of(), remotes),
            new PlanOptions(true, true, false)));
  }

  private static UploadTarget target(RemoteId remote, String policy) {
    return new UploadTarget(remote, PreservationPolicy.parse(policy), List.of(), true);
  }

  @Test
  void saysWhyUntilWhenAndForWhat() throws IOException {
    var explainer = explainer();
    var output = new StringBuilder();
    add(output, "kept for its year, and as send parent", explainer, THIS_YEARS);
    add(output, "kept for a day that ends soon", explainer, ENDING);
    add(output, "kept although its snapshot is gone", explainer, YESTERDAYS);
    add(output, "needed only as send parent", explainer, LAST_YEARS);
    add(output, "about to be deleted", explainer, FORGOTTEN);
    add(output, "damaged", explainer, DAMAGED);
    add(output, "not uploaded yet", explainer, NEWEST);
    add(output, "a snapshot of the user", explainer, USERS);
    add(output, "of a source that is not here", explainer, OTHERS);

    if (Boolean.getBoolean("btrfs2s3.golden.update")) {
      Files.writeString(GOLDEN, output);
    }
    assertThat(output.toString()).isEqualTo(Files.readString(GOLDEN));
    assertThat(explainer.known()).doesNotContain(uuid(OTHERS + 1));
  }

  private static void add(StringBuilder output, String title, Explainer explainer, int number) {
    output.append("== ").append(title).append('\n');
    ExplanationText.of(explainer.explain(uuid(number)))
        .forEach(line -> output.append(line).append('\n'));
  }
}
