package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Invariant 3: what cannot be restored is said to be broken. */
final class RemoteListingTest {

  private static final UUID SOURCE = new UUID(0, 99);
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

  private static StoredObject backup(long id, @Nullable Long parent, String base) {
    var identity =
        new BackupIdentity(
            new UUID(0, id),
            SOURCE,
            parent == null ? null : new UUID(0, parent),
            Ctransid.ofKernel(id),
            TIME.plusSeconds(id));
    var key = new ObjectKey(BackupKey.encode(base, identity, ZoneOffset.UTC, List.of()));
    return new StoredObject(key, 1024, TIME, null);
  }

  private static RemoteListing listing(StoredObject... objects) {
    return new RemoteListing("r", "/mnt", new Listing(List.of(objects), null));
  }

  private static final RemoteListing LISTING =
      listing(
          backup(1, null, "data"),
          backup(2, 1L, "data"),
          backup(3, 8L, "data"),
          backup(4, 3L, "data"),
          backup(2, 1L, "other"));

  @Test
  void drawsTreesWithWhatIsBrokenAndWhatIsThereTwice() {
    assertThat(LISTING.lines(ZoneOffset.UTC).stream().skip(2).map(RemoteListingTest::shape))
        .containsExactly(
            "full 1",
            "└─ differential 2",
            "differential 3 broken",
            "└─ differential 4 broken",
            "differential 2 duplicate");
  }

  private static String shape(String line) {
    var shape =
        line.replaceAll("2026-01-31T12:00:0.Z +", "").replaceAll(" +1\\.0 KiB +[0-9a-f-]+0", " ");
    return shape.replaceAll(": .*", "").strip().replaceAll(" +", " ");
  }

  @Test
  void tellsTheSameAsJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    LISTING.write(json);

    assertThat(
            Stream.iterate(0, i -> i < 5, i -> i + 1)
                .map(i -> json.get("backups").get(i))
                .map(
                    backup ->
                        "%s %s %s"
                            .formatted(
                                backup.get("uuid").asText().substring(35),
                                backup.get("restorable"),
                                backup.get("duplicate"))))
        .containsExactlyInAnyOrder(
            "1 true false", "2 true false", "2 true true", "3 false false", "4 false false");
  }
}
