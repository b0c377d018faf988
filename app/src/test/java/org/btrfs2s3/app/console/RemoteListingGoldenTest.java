package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What {@code list} prints of a remote that holds everything that there can be. {@code
 * -Dbtrfs2s3.golden.update=true} writes the expected output anew, to be read as a diff.
 */
final class RemoteListingGoldenTest {

  private static final Path GOLDEN = Path.of("src/test/resources/org/btrfs2s3/app/console");
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final List<String> SUFFIXES = List.of(".zst", ".gpg");

  private final List<StoredObject> objects = new ArrayList<>();

  private static BackupIdentity identity(int number, @Nullable Integer parent, int source) {
    return new BackupIdentity(
        new UUID(0, number),
        new UUID(1, source),
        parent == null ? null : new UUID(0, parent),
        Ctransid.ofKernel(number),
        NOON.plusSeconds(3600L * number));
  }

  private void add(String key, long size) {
    objects.add(
        new StoredObject(new ObjectKey(key), size, NOON.plusSeconds(objects.size()), "STANDARD"));
  }

  private void whole(BackupIdentity identity, String folder) {
    add(folder + BackupKey.encode("data", identity, ZONE, SUFFIXES), 1 << 20);
  }

  private void segments(String base, BackupIdentity identity, long attempt, int... numbers) {
    for (int number : numbers) {
      add(
          BackupKey.encodeSegment(base, identity, ZONE, Attempt.of(attempt), number, SUFFIXES),
          5 << 20);
    }
  }

  private void commit(BackupIdentity identity, long attempt, int count) {
    add(BackupKey.encodeCommit("data", identity, ZONE, Attempt.of(attempt), count), 1000);
  }

  private RemoteListing listing() {
    whole(identity(1, null, 1), "");
    whole(identity(1, null, 1), "copy/");
    segments("data", identity(2, 1, 1), 0xa2, 0, 1, 2);
    commit(identity(2, 1, 1), 0xa2, 3);
    segments("data", identity(2, 1, 1), 0xb2, 0);
    whole(identity(3, 9, 1), "");
    segments("data", identity(4, 1, 1), 0xa4, 0, 2, 4);
    commit(identity(4, 1, 1), 0xa4, 5);
    segments("data", identity(9, null, 1), 0xa9, 0, 1);
    segments("data", identity(10, 1, 1), 0xaa, 0, 1);
    segments("data", identity(10, 1, 1), 0xba, 0);
    segments("data", identity(11, 1, 1), 0xab, 1, 2);
    segments("home", identity(20, null, 2), 0xc0, 0);
    add("photo.jpg", 7);
    return new RemoteListing("cloud", "s3://bucket/host1/", new Listing(objects, null));
  }

  @Test
  void showsBackupsAsTreesAndWhatIsNone() throws IOException {
    check("listing.txt", String.join("\n", listing().lines(ZONE)) + "\n");
  }

  @Test
  void tellsScriptsTheSame() throws IOException {
    var document = new JsonDocument("list");
    listing().write(document.root().putArray("remotes").addObject());

    check("listing.json", document.text() + "\n");
  }

  private static void check(String file, String output) throws IOException {
    var golden = GOLDEN.resolve(file);
    if (Boolean.getBoolean("btrfs2s3.golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, output);
    }
    assertThat(output).isEqualTo(Files.readString(golden));
  }
}
