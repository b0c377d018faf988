package org.btrfs2s3.it.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moving to another cloud, as users do it. */
class ReseedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void oneServerCopiesByItself(S3Engine engine) throws IOException {
    Bucket from = engine.orSkip().newBucket();
    try (Estate estate = new Estate(2, new Remote.InBucket(from))) {
      Bucket to = engine.orSkip().newBucket();
      estate.with(new Remote.InBucket(to), estate.upload(Estate.NEW)).backUp(2);
      Path config = estate.config();
      String pretended =
          Btrfs2s3.runHere(config, "reseed", "--from", Estate.OLD, "--to", Estate.NEW, "--pretend")
              .expect(0)
              .stdout();
      assertThat(pretended).contains("copied by the server", "4 backup(s)");
      assertThat(to.keys()).isEmpty();
      Result result =
          Btrfs2s3.runHere(config, "reseed", "--from", Estate.OLD, "--to", Estate.NEW, "--json")
              .expect(0);
      var outcome = new ObjectMapper().readTree(result.stdout()).get("outcome");
      assertThat(outcome.get("copied"))
          .hasSize(4)
          .allMatch(copied -> copied.get("verified").asText().equals("length"));
      assertThat(outcome.get("sample").isNull()).isFalse();
      assertThat(outcome.get("listing").get("checked")).hasSize(4);
      assertThat(outcome.get("data").get("checked").get(0)).isEqualTo(outcome.get("sample"));
      assertThat(to.sizes()).isEqualTo(from.sizes());
      for (String key : from.keys()) {
        assertThat(to.get(key)).isEqualTo(from.get(key));
        assertThat(to.metadata(key))
            .containsEntry("btrfs2s3-uuid", from.metadata(key).get("btrfs2s3-uuid"))
            .containsEntry("btrfs2s3-copy-of-upload", from.metadata(key).get("btrfs2s3-upload-id"));
      }
      estate.assertRestores(config);
    }
  }

  @Test
  void aDirectoryGoesToTheCloudAndBack() throws IOException {
    try (Estate estate = onDirectory()) {
      Bucket cloud = S3Engine.S3PROXY.orSkip().newBucket();
      estate.with(new Remote.InBucket(cloud), estate.upload(Estate.NEW)).backUp(2);
      reseed(estate.config(), Estate.OLD, Estate.NEW).expect(0);
      SortedSet<String> keys = estate.remote(Estate.OLD).keys();
      assertThat(cloud.keys()).isEqualTo(keys);
      estate.assertRestores(estate.config());

      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.swap(disk);
      reseed(estate.config(), Estate.OLD, Estate.NEW).expect(0);
      assertThat(disk.keys()).isEqualTo(keys);
      estate.assertRestores(estate.config());
    }
  }

  private static Estate onDirectory() throws IOException {
    return new Estate(2, null);
  }

  private static Result reseed(Path config, String from, String to, Object... more) {
    Object[] arguments = new Object[5 + more.length];
    List.of("reseed", "--from", from, "--to", to).toArray(arguments);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return Btrfs2s3.runHere(config, arguments);
  }

  @Test
  void aNewKeyTakesTheOldOnesPlace() throws IOException {
    Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket();
    try (Estate estate = new Estate(2, new Remote.InBucket(bucket))) {
      Path publicKey = estate.newKey("new key");
      Bucket to = S3Engine.S3PROXY.orSkip().newBucket();
      estate
          .with(
              new Remote.InBucket(to),
              Upload.to(Estate.NEW, "1y 3600s").encryptedTo(publicKey).with("segment_size", "1MiB"))
          .backUp(2);
      Result unreadable =
          reseed(estate.config(List.of(estate.identity(1))), Estate.OLD, Estate.NEW, "--reencode");
      assertThat(unreadable.expect(1).stderr()).contains("no secret key");
      assertThat(to.keys()).isEmpty();
      reseed(estate.config(), Estate.OLD, Estate.NEW, "--reencode").expect(0);
      assertThat(to.keys()).hasSameSizeAs(bucket.keys());
      // The new key alone decrypts it all.
      estate.assertRestores(estate.config(List.of(estate.identity(1))));
      assertThat(reseed(estate.config(), Estate.OLD, Estate.NEW, "--reencode").expect(0).stdout())
          .contains("nothing was copied");

      // The old key alone tells nothing of what is there, which is no reason to give up.
      Path blind = estate.config(List.of(estate.identity(0)));
      assertThat(reseed(blind, Estate.OLD, Estate.NEW, "--reencode").expect(0).stdout())
          .contains("nothing was copied");
      SortedSet<String> before = to.keys();
      to.delete(before.stream().filter(key -> key.endsWith(".commit")).toList().getLast());
      Result again = reseed(blind, Estate.OLD, Estate.NEW, "--reencode").expect(0);
      assertThat(again.stderr()).contains("cannot be compared", "encoded again beside it");
      estate.assertRestores(estate.config(List.of(estate.identity(1))));
      Btrfs2s3.runHere(estate.config(), "gc").expect(0);
      assertThat(to.keys()).hasSameSizeAs(before);
      estate.assertRestores(estate.config(List.of(estate.identity(1))));
    }
  }

  /** No size tells of it, and nothing is read that nothing tells of (invariants 9, 11). */
  @ParameterizedTest
  @EnumSource(names = {"S3PROXY", "CEPH"})
  void aFlippedBitInWhatIsThereShowsInItsChecksum(S3Engine engine) throws IOException {
    Bucket from = engine.orSkip().newBucket();
    try (Estate estate = new Estate(2, new Remote.InBucket(from))) {
      Bucket to = engine.orSkip().newBucket();
      estate.with(new Remote.InBucket(to), estate.upload(Estate.NEW)).backUp(2);
      Path config = estate.config();
      reseed(config, Estate.OLD, Estate.NEW).expect(0);
      assertThat(reseed(config, Estate.OLD, Estate.NEW).expect(0).stdout())
          .contains("nothing was copied; 4 were there before");
      String key =
          to.keys().stream()
              .filter(one -> one.contains(".mdvn1.") && !one.contains(".sndp00000000-"))
              .findFirst()
              .orElseThrow();
      byte[] content = to.get(key);
      content[content.length / 2] ^= 1;
      to.put(key, content);
      Result found = reseed(config, Estate.OLD, Estate.NEW).expect(3);
      assertThat(found.stderr()).contains(key + " has the MD5 ", "as on old", "is damaged");
      assertThat(to.get(key)).isEqualTo(content);
    }
  }

  @Test
  void withoutAKeyBackupsAreCopiedUnread() throws IOException {
    try (Estate estate = onDirectory()) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW)).backUp(1);
      Result result = reseed(estate.config(List.of()), Estate.OLD, Estate.NEW).expect(0);
      assertThat(result.stderr()).contains("not verified inside");
      assertThat(result.stdout()).contains("note: not verified inside: ", "no secret key");
      estate.assertRestores(estate.config());
    }
  }

  @Test
  void snapshotsFillARemoteAndStayAsTheyAre() throws IOException {
    try (Estate estate = onDirectory()) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW)).backUp(3);
      Path config = estate.config();
      String snapshots = estate.lab().subvolumes();
      assertThat(
              Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW, "--pretend")
                  .expect(0)
                  .stdout())
          .contains("6 backup(s) to be uploaded");
      assertThat(disk.keys()).isEmpty();
      try (var _ = DirectoryLock.tryLock(estate.lab().source()).orElseThrow()) {
        Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW).expect(11);
        reseed(config, Estate.OLD, Estate.NEW).expect(11);
        assertThat(disk.keys()).isEmpty();
      }
      assertThat(Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW).expect(0).stdout())
          .contains("final check of new: 6 of 6 backup(s) looked at, 0 cannot be restored")
          .contains("read once more from its new place, and whole");
      assertThat(estate.lab().subvolumes()).isEqualTo(snapshots);
      estate.assertRestores(config);
      assertThat(Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW).expect(0).stdout())
          .contains("nothing to be uploaded");
      // The next update has nothing to do for it.
      assertThat(Btrfs2s3.runHere(config, "update", "--pretend").expect(0).stdout())
          .doesNotContain("upload 20");
    }
  }

  /**
   * As a kill before the commit leaves it, whole and then with a byte flipped in what no other
   * object tells of (invariants 1, 9).
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAKilledRunLeftIsReadBeforeItCounts(boolean reencode) throws IOException {
    try (Estate estate = new Estate(1, null)) {
      Path directory = estate.lab().work().resolve("disk");
      Remote disk = Remote.InDirectory.create(directory);
      estate.with(disk, estate.upload(Estate.NEW)).backUp(1);
      Path config = estate.config();
      Object[] more = reencode ? new Object[] {"--reencode"} : new Object[0];
      reseed(config, Estate.OLD, Estate.NEW, more).expect(0);
      undoCommit(disk, directory);
      Result resumed = reseed(config, Estate.OLD, Estate.NEW, more).expect(0);
      assertThat(resumed.stderr())
          .containsPattern("committed: .*verified inside")
          .doesNotContain("not verified");
      assertThat(resumed.stdout()).doesNotContain("not verified");

      undoCommit(disk, directory);
      String segment =
          disk.keys().stream().filter(key -> key.contains(".seqn")).sorted().toList().getLast();
      byte[] bytes = disk.get(segment);
      bytes[bytes.length / 2] ^= 1;
      disk.put(segment, bytes);
      Result refused = reseed(config, Estate.OLD, Estate.NEW, more).expect(1);
      assertThat(refused.stderr()).contains(segment, "abandon").doesNotContain("committed:");
      assertThat(committed(disk)).isEmpty();
      assertThat(disk.get(segment)).isEqualTo(bytes);

      String backup = segment.replaceFirst(".*[.]uuid([0-9a-f-]+)[.].*", "$1");
      Btrfs2s3.runHere(config, "abandon", "--force", "--remote", Estate.NEW, backup).expect(0);
      reseed(config, Estate.OLD, Estate.NEW, more).expect(0);
      estate.assertRestores(config);
    }
  }

  /** With its metadata: those of an object that is not there say that it is hidden. */
  private static void undoCommit(Remote disk, Path directory) throws IOException {
    String commit = committed(disk).orElseThrow();
    disk.delete(commit);
    Files.delete(directory.resolve(".meta").resolve(commit));
  }

  @Test
  void aChainThatIsNowhereIsAFailureFromSnapshotsToo() throws IOException {
    try (Estate estate = new Estate(1, null)) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW)).backUp(1);
      Path config = estate.config();
      String nobody = "0dead000-0000-4000-8000-00000000dead";
      for (String option : List.of("--pretend", "--json")) {
        Result result =
            Btrfs2s3.runHere(
                config, "reseed", "--to", Estate.NEW, option, "--only", "chain", nobody);
        assertThat(result.expect(1).stdout()).contains(nobody);
      }
      reseed(config, Estate.OLD, Estate.NEW, "--only", "chain", nobody).expect(1);
      assertThat(disk.keys()).isEmpty();
    }
  }

  @Test
  void theBeginningOfAUuidNamesAChain() throws IOException {
    try (Estate estate = new Estate(1, null)) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW)).backUp(2);
      Path config = estate.config();
      SortedSet<String> keys = estate.remote(Estate.OLD).keys();
      String full = uuid(keys, ".sndp00000000-0000-0000-0000-000000000000.*[.]commit$");
      String child = uuid(keys, ".sndp" + full + ".*[.]commit$");

      reseed(config, Estate.OLD, Estate.NEW, "--only", "chain", beginning(full)).expect(0);
      assertThat(disk.keys()).isNotEmpty().allMatch(key -> key.contains(".uuid" + full));
      Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW, "--only", "chain", beginning(child))
          .expect(0);
      assertThat(disk.keys()).hasSameSizeAs(keys);
      estate.assertRestores(config);
      for (String from : List.of("--from=" + Estate.OLD, "--pretend")) {
        assertThat(
                Btrfs2s3.runHere(
                        config, "reseed", from, "--to", Estate.NEW, "--only", "chain", "0dead")
                    .expect(1)
                    .stderr())
            .contains("begins with '0dead'");
      }
      reseed(config, Estate.OLD, Estate.NEW, "--only", "chain", "0d").expect(2);
    }
  }

  private static String uuid(SortedSet<String> keys, String pattern) {
    String key =
        keys.stream()
            .filter(one -> Pattern.compile(pattern).matcher(one).find())
            .findFirst()
            .orElseThrow();
    return key.replaceFirst(".*[.]uuid([0-9a-f-]+)[.].*", "$1");
  }

  private static String beginning(String uuid) {
    return uuid.substring(0, 8);
  }

  /** What somebody copied in time (invariants 1, 12). */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherObjectIsTakenWhereTheFirstIsDamaged(boolean reencode) throws IOException {
    try (Estate estate = new Estate(2, null)) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW)).backUp(2);
      Remote old = estate.remote(Estate.OLD);
      String key =
          old.keys().stream()
              .filter(one -> one.contains(".mdvn1.") && one.contains(".sndp00000000-"))
              .findFirst()
              .orElseThrow();
      byte[] content = old.get(key);
      old.put(key.replace(".zst.gpg", ".copy.zst.gpg"), content);
      content[content.length / 2] ^= 1;
      old.put(key, content);
      Object[] more = reencode ? new Object[] {"--reencode"} : new Object[0];

      Result result = reseed(estate.config(), Estate.OLD, Estate.NEW, more).expect(0);

      assertThat(result.stderr())
          .contains("warning: backup ", key, "trying another object of the same backup");
      estate.assertRestores(estate.config());
      assertThat(reseed(estate.config(), Estate.OLD, Estate.NEW, more).expect(0).stdout())
          .contains("nothing was copied; 4 were there before, and stay as they are");
    }
  }

  @Test
  void anEmptyRemoteIsNoneToCopyFrom() throws IOException {
    // Invariant 9: so does a wrong prefix look.
    try (Estate estate = new Estate(1, null)) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW));
      assertThat(reseed(estate.config(), Estate.OLD, Estate.NEW).expect(1).stderr())
          .contains("remote old has no backup at all");
      Result verified =
          Btrfs2s3.runHere(estate.config(), "verify", "--remote", Estate.OLD).expect(10);
      assertThat(verified.stdout()).contains("no backup in ", "not checked: ");
      estate.backUp(1);
      String later = "2099-01-01T00:00:00Z";
      assertThat(
              reseed(estate.config(), Estate.OLD, Estate.NEW, "--only", "since", later)
                  .expect(0)
                  .stdout())
          .contains("no backup fits --only");
    }
  }

  /** Between a commit and the end somebody damages what is there (invariants 3, 9). */
  @Test
  void theFinalCheckFindsWhatWasDamagedMeanwhile() throws IOException {
    try (Estate estate = onDirectory()) {
      Remote disk = Remote.InDirectory.create(estate.lab().work().resolve("disk"));
      estate.with(disk, estate.upload(Estate.NEW).with("upload_limit", "2MB/s")).backUp(2);
      Path config = estate.config();
      Result uploaded =
          damaging(disk, Btrfs2s3.withConfig(config).with("reseed", "--to", Estate.NEW));
      assertThat(uploaded.expect(3).stderr())
          .contains("error: remote new: ", "bytes there instead of", "repair --remote new");
      assertThat(uploaded.stdout()).contains("final check of new: ", "4 action(s) executed");
      // Nothing is brought any more, and what is there is looked at all the same.
      Result again = Btrfs2s3.runHere(config, "reseed", "--to", Estate.NEW).expect(3);
      assertThat(again.stdout()).contains("nothing was uploaded");

      Remote other = Remote.InDirectory.create(estate.lab().work().resolve("other disk"));
      estate.with(other, estate.upload(Estate.NEW).with("upload_limit", "2MB/s"));
      Result copied =
          damaging(
              other,
              Btrfs2s3.withConfig(estate.config())
                  .with("reseed", "--from", Estate.OLD, "--to", Estate.NEW));
      assertThat(copied.expect(3).stderr())
          .contains("error: remote new: ", "bytes there instead of", "until you delete it");
    }
  }

  /** Shortens a segment of the first backup that is committed. */
  private static Result damaging(Remote remote, Program reseed) throws IOException {
    try (RunningProgram running = reseed.start()) {
      while (running.isRunning() && committed(remote).isEmpty()) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      String attempt =
          committed(remote).orElseThrow().replaceFirst(".*[.](atmp[0-9a-f]+)[.].*", "$1");
      String segment =
          remote.keys().stream()
              .filter(key -> key.contains(".seqn000000." + attempt))
              .findFirst()
              .orElseThrow();
      remote.put(segment, Arrays.copyOf(remote.get(segment), 1000));
      return running.await(PATIENCE);
    }
  }

  private static Optional<String> committed(Remote remote) throws IOException {
    return remote.keys().stream().filter(key -> key.endsWith(".commit")).findFirst();
  }
}
