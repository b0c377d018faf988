package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything that can be wrong with an object: verify finds it, restore fails of it, both name it
 * and the cause, and nothing that needs it appears under a final name, but all the rest does
 * (invariants 7, 8 and 9). A commit object that is gone has a test of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorruptionTest {

  private static final int STREAM_HEADER = 17;

  private BackedUpThrice backups;
  private int targets;

  @BeforeAll
  void backUp() throws IOException {
    backups = BackedUpThrice.create();
  }

  @AfterAll
  void close() throws IOException {
    backups.close();
  }

  @TestFactory
  Stream<DynamicTest> isFoundAndNotRestored() throws IOException {
    List<Damage> all = new ArrayList<>(ObjectDamages.of(backups));
    all.addAll(SegmentDamages.of(backups));
    return all.stream()
        .map(
            damage ->
                DynamicTest.dynamicTest(
                    damage.name(),
                    () ->
                        damage.during(
                            () -> {
                              assertNotRestored(damage);
                              assertVerifyFinds(damage);
                            })));
  }

  private Result restore(Damage.Place place, Path target, Object... more) {
    return backups.run(restoring(place, target, more));
  }

  private Result verify(Damage.Place place, Object... more) {
    return backups.run(verifying(place, more));
  }

  private Object[] restoring(Damage.Place place, Path target, Object... more) {
    return arguments(place, Stream.of("restore", "--to", target), more);
  }

  private Object[] verifying(Damage.Place place, Object... more) {
    return arguments(place, Stream.of("verify", "--level", "data"), more);
  }

  private Object[] arguments(Damage.Place place, Stream<Object> first, Object... more) {
    var common = Stream.of("--remote", place.id(), "--identity", backups.secretKey());
    return Stream.of(first, common, Stream.of(more)).flatMap(part -> part).toArray();
  }

  private Path newTarget() throws IOException {
    return Files.createDirectory(backups.lab().elsewhere().resolve("corrupt" + targets++));
  }

  private void assertNotRestored(Damage damage) throws IOException {
    Path target = newTarget();
    Result result = restore(damage.place(), target, "--all");
    assertThat(result.exitCode()).as("%s", result).isIn(1, 3);
    assertThat(result.stderr()).doesNotContain("\tat ", "unexpected failure");
    assertTold(damage, result, result.stderr());
    assertThat(Restored.in(target).keySet()).isEqualTo(whole(damage));
    Restored.deleteAll(target);
  }

  /** What does not need anything that is damaged. */
  private Set<UUID> whole(Damage damage) {
    if (damage.backups().contains(backups.full())) {
      return Set.of();
    }
    Set<UUID> whole = new HashSet<>(backups.manifests().keySet());
    whole.removeAll(damage.backups());
    return whole;
  }

  private void assertVerifyFinds(Damage damage) {
    Result result = verify(damage.place());
    assertThat(result.exitCode()).as("%s", result).isEqualTo(1);
    assertThat(damage.named())
        .as("%s", result)
        .allMatch(key -> result.stdout().contains(Damage.uuidIn(key).toString()));
    assertTold(damage, result, result.stdout());
  }

  /** In one line with an object. */
  private static void assertTold(Damage damage, Result result, String output) {
    assertThat(output.lines())
        .as("%s", result)
        .anySatisfy(
            line -> {
              assertThat(line).containsPattern("^(failed|error|critical): ");
              assertThat(damage.named()).anyMatch(line::contains);
              assertThat(line).containsPattern(damage.cause());
            });
  }

  /** Without a required signature nothing tells it from a good one; docs say so. */
  @Test
  void strangersObjectOfTheRightIdentityNeedsASignatureToBeFound() throws IOException {
    Damage.Place place = backups.encrypted();
    UUID full = backups.full();
    String key = place.key(full);
    byte[] stream = backups.raw().get(backups.raw().key(full));
    byte[] forged = backups.encryptedByGpg(withAnotherByteOfContent(stream));
    Object[] required = {"--require-signature-by", backups.publicKey()};
    verify(place, required).expect(0);
    Damage.of("made by a stranger", place, key, forged, "not signed")
        .during(
            () -> {
              Path target = newTarget();
              Result refused = restore(place, target, "--all", required[0], required[1]);
              assertThat(refused.exitCode()).as("%s", refused).isIn(1, 3);
              assertThat(refused.stderr()).contains(key, "not signed");
              assertThat(Restored.in(target)).isEmpty();
              Result found = verify(place, required);
              assertThat(found.exitCode()).as("%s", found).isEqualTo(1);
              assertThat(found.stdout().lines().filter(line -> line.startsWith("error: ")))
                  .singleElement()
                  .asString()
                  .contains(key, "not signed");
              // The twin, which is the danger.
              restore(place, target, "--snapshot", full).expect(0);
              verify(place).expect(0);
              Restored.deleteAll(target);
            });
  }

  /** A byte of a file's content is another one, with the right checksum. */
  private static byte[] withAnotherByteOfContent(byte[] stream) {
    byte[] changed = stream.clone();
    var buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = STREAM_HEADER; at < changed.length; at += 10 + buffer.getInt(at)) {
      int body = buffer.getInt(at);
      int write = 15;
      if (buffer.getShort(at + 4) == write) {
        changed[at + 10 + body - 1] ^= 1;
        buffer.putInt(at + 6, 0);
        var crc = new CRC32C();
        crc.update(new byte[] {-1, -1, -1, -1});
        crc.update(changed, at, 10 + body);
        buffer.putInt(at + 6, ~(int) crc.getValue());
        return changed;
      }
    }
    throw new AssertionError("no content in the stream");
  }

  /**
   * Invariant 3: on another machine, which does not have the snapshot, it may be all that is left
   * of a backup.
   */
  @Test
  void backupWithoutItsCommitObjectIsReportedOnAnotherMachine() throws IOException {
    Damage.Place place = backups.segmented();
    UUID leaf = backups.leaf();
    String commit =
        place.keys(leaf).stream().filter(key -> key.endsWith(".commit")).findFirst().orElseThrow();
    ConfigFile other = ConfigFile.inZone(Lab.ZONE);
    place.remote().addTo(other, place.id());
    Path file = other.write(Files.createDirectory(backups.lab().work().resolve("other")));
    Damage.of("dropped", place, commit, new byte[0], "commit")
        .during(
            () -> {
              SortedSet<String> before = place.remote().keys();
              Result verified = Btrfs2s3.runHere(file, verifying(place));
              // Only a warning: where the source is not, it may be an upload that is under way.
              assertThat(verified.stdout()).contains("warning", leaf.toString(), "commit");
              Path target = newTarget();
              Result restored =
                  Btrfs2s3.runHere(file, restoring(place, target, "--snapshot", leaf));
              assertThat(restored.exitCode()).as("%s", restored).isEqualTo(1);
              assertThat(Scene.subvolumes(target)).isEmpty();
              assertThat(place.remote().keys()).isEqualTo(before);
            });
  }

  /** The twin of everything above. */
  @Test
  void undamagedBackupsVerifyAndRestore() throws IOException {
    for (Damage.Place place : backups.places()) {
      verify(place).expect(0);
      Path target = newTarget();
      restore(place, target, "--all").expect(0);
      Restored.assertIdentical(backups.manifests(), target);
      Restored.deleteAll(target);
    }
  }
}
