package org.btrfs2s3.it.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.proxy.Request;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.proxy.Script;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.tree.Manifest;

/**
 * The invariants, as they can be seen from outside in a {@link Household}, whose bucket holds
 * things of others beside its own.
 */
public final class Soundness {
  private static final String FOREIGN_UPLOAD = "foreign.zst";
  private static final Map<String, String> FOREIGN_OBJECTS =
      Map.of(
          "notes.txt",
          "not a backup",
          "data.ctim2026-01-31T12:00:00+00:00.ctid7.uuid11111111-1111-4111-8111-111111111111"
              + ".sndp00000000-0000-0000-0000-000000000000"
              + ".prnt22222222-2222-4222-8222-222222222222.mdvn1.seqn0.zst",
          "a backup of another host");

  private final Household household;
  private final Bucket bucket;

  private Soundness(Household household) {
    this.household = household;
    this.bucket = household.bucket();
  }

  /** Puts things of others into the bucket. */
  public static Soundness of(Household household) {
    Bucket bucket = household.bucket();
    FOREIGN_OBJECTS.forEach((key, content) -> bucket.put(key, content.getBytes(UTF_8)));
    bucket
        .server()
        .client()
        .createMultipartUpload(request -> request.bucket(bucket.name()).key(FOREIGN_UPLOAD));
    return new Soundness(household);
  }

  /**
   * What holds at any time: each visible backup restores to what its snapshot was (invariants 1, 3
   * and 7), and what belongs to others is as it was (10).
   */
  public void assertVisibleIsWhole() throws IOException {
    Map<UUID, Manifest> known = household.manifests();
    for (String source : Household.SOURCES) {
      Map<UUID, Manifest> expected = new HashMap<>(known);
      Set<UUID> backups = backups(source).uuids();
      expected.keySet().retainAll(backups);
      assertThat(expected.keySet()).as("snapshots of the backups of %s", source).isEqualTo(backups);
      if (!expected.isEmpty()) {
        assertRestores(source, expected);
      }
    }
    FOREIGN_OBJECTS.forEach(
        (key, content) -> assertThat(bucket.get(key)).asString(UTF_8).isEqualTo(content));
    assertThat(bucket.unfinishedUploads()).contains(FOREIGN_UPLOAD);
  }

  private StoredBackups backups(String source) throws IOException {
    return StoredBackups.of(household.uuid(source), bucket.keys());
  }

  private void assertRestores(String source, Map<UUID, Manifest> expected) throws IOException {
    Path target = household.newTarget();
    Path config = household.directConfig();
    Btrfs2s3.runHere(
            config,
            "restore",
            "--remote",
            Household.REMOTE,
            "--to",
            target,
            "--all",
            "--source",
            household.source(source))
        .expect(0);
    Restored.assertIdentical(expected, target);
    Restored.deleteAll(target);
  }

  /**
   * What holds after an update that succeeded: the latest state of each source is backed up (4),
   * nothing is left over and nothing doubled (11), and the next update has nothing to do.
   */
  public void assertComplete() throws IOException {
    for (String source : Household.SOURCES) {
      StoredBackups backups = backups(source);
      backups.assertNoLeftovers();
      assertThat(backups.uuids()).as("backups of %s", source).isEqualTo(snapshots(source));
      assertLatestIsCurrent(source);
    }
    assertThat(household.listSnapshots())
        .extracting(entry -> entry.name().toString())
        .noneMatch(name -> name.contains(".NEW."));
    assertNextUpdateOnlyLists();
  }

  /** No upload of ours is pending, from this run or from an earlier one. */
  public void assertNothingPending() {
    assertThat(bucket.unfinishedUploads()).containsOnly(FOREIGN_UPLOAD);
  }

  private Set<UUID> snapshots(String source) throws IOException {
    UUID parent = household.uuid(source);
    return household.listSnapshots().stream()
        .filter(entry -> parent.equals(entry.info().parentUuid()))
        .map(entry -> entry.info().uuid())
        .collect(Collectors.toSet());
  }

  private void assertLatestIsCurrent(String source) throws IOException {
    UUID parent = household.uuid(source);
    SubvolumeEntry latest =
        household.listSnapshots().stream()
            .filter(entry -> parent.equals(entry.info().parentUuid()))
            .max(Comparator.comparing(entry -> entry.info().ctransid()))
            .orElseThrow(() -> new AssertionError("no snapshot of " + source));
    Path path = household.snapshots().resolve(latest.name().toString());
    assertThat(Manifest.difference(Manifest.of(household.source(source)), Manifest.of(path)))
        .as("latest snapshot of %s", source)
        .isEmpty();
  }

  private void assertNextUpdateOnlyLists() throws IOException {
    household.proxy().follow(Script.HEALTHY);
    assertThat(household.update().expect(0).stdout()).contains("nothing to be done");
    List<RequestKind> kinds = household.proxy().requests().stream().map(Request::kind).toList();
    assertThat(kinds).containsExactlyInAnyOrder(RequestKind.LIST_OBJECTS, RequestKind.LIST_UPLOADS);
  }
}
