package org.btrfs2s3.it.cold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.lab.Shared;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A restore from cold storage, as the user sees it; invariant 7 throughout. */
class ThawTest {
  private static final String DISK = "disk";
  private static final String COLD = "cold";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final Shared<Chain> SHARED = new Shared<>(Chain::create);

  private Lab lab;
  private ColdServer server;
  private Chain chain;

  /** A full backup, one sent against it, and one sent against that. */
  private record Chain(Lab lab, ColdServer server, Path config, SortedSet<String> keys, UUID leaf)
      implements AutoCloseable {

    static Chain create() throws IOException {
      Lab lab = Lab.create();
      Remote disk = Remote.InDirectory.create(lab.work().resolve(DISK));
      ColdServer server = new ColdServer(lab.work().resolve(DISK));
      Path config = config(lab, disk, server, ZoneOffset.UTC);
      update(lab, config, "first");
      update(lab, config, "second");
      // The second becomes the first of its hour, and so the third's send parent.
      int late = Math.floorMod(newest(lab).ctime().getEpochSecond(), 3600);
      update(lab, config(lab, disk, server, ZoneOffset.ofTotalSeconds(-late)), "third");
      SortedSet<String> keys = disk.keys();
      UUID leaf = newest(lab).uuid();
      assertThat(keys).hasSize(3).noneMatch(key -> key.contains(".sndp" + leaf));
      return new Chain(lab, server, config, keys, leaf);
    }

    private record Newest(UUID uuid, Instant ctime) {}

    private static Newest newest(Lab lab) throws IOException {
      return lab.listSnapshots().stream()
          .map(entry -> new Newest(entry.info().uuid(), entry.info().ctime()))
          .reduce((one, other) -> one.ctime().isAfter(other.ctime()) ? one : other)
          .orElseThrow();
    }

    private static Path config(Lab lab, Remote disk, ColdServer server, ZoneOffset zone)
        throws IOException {
      return server
          .addTo(disk.addTo(ConfigFile.inZone(zone.getId()), DISK), COLD)
          .source(lab.source(), lab.snapshots(), Upload.to(DISK, "1y 24h 3600s"))
          .write(lab.work());
    }

    private static void update(Lab lab, Path config, String content) throws IOException {
      lab.write("file", content);
      Btrfs2s3.runHere(config, "update", "--force").expect(0);
    }

    @Override
    public void close() throws IOException {
      server.close();
      lab.close();
    }
  }

  @BeforeEach
  void backUpOnce() throws IOException {
    chain = SHARED.get();
    lab = chain.lab();
    server = chain.server();
  }

  @AfterEach
  void warmUp() throws IOException {
    if (SHARED.made().isPresent()) {
      server.reset();
      lab.deleteRestored();
    }
  }

  private void freezeAll(String storageClass) {
    chain.keys().forEach(key -> server.freeze(key, storageClass));
  }

  private Result restore(Path target, Object... more) {
    Stream<Object> usual = Stream.of("restore", "--remote", COLD, "--to", target, "--latest");
    return Btrfs2s3.runHere(chain.config(), Stream.concat(usual, Stream.of(more)).toArray());
  }

  private void assertRestored(Path target) throws IOException {
    Map<UUID, Manifest> all = lab.snapshotManifests();
    UUID leaf = chain.leaf();
    Restored.assertIdentical(Map.of(leaf, Objects.requireNonNull(all.get(leaf))), target);
  }

  private List<String> asked(String tier) {
    return chain.keys().stream().map(key -> key + " " + tier).toList();
  }

  @Test
  void chainIsThawedInOneGoAndRestoredByALaterRun() throws IOException {
    freezeAll("GLACIER");
    Path target = lab.newTarget();

    String advice = restore(target).expect(1).stderr();
    assertThat(advice)
        .contains("3 of the 3 objects", "--thaw", "expedited 1 to 5 min, standard 3 to 5 h");
    assertThat(server.asked()).isEmpty();

    for (int run = 0; run < 2; run++) {
      assertThat(restore(target, "--thaw", "--no-wait").expect(5).stderr())
          .contains("not yet", "run the same command again");
      assertThat(server.asked()).containsExactlyInAnyOrderElementsOf(asked("Standard"));
    }
    assertThat(restore(target).expect(5).stderr()).contains("being thawed");
    assertThat(target).isEmptyDirectory();

    server.finishThaws();
    Result restored = restore(target, "--thaw", "--no-wait").expect(0);
    assertThat(restored.stderr())
        .contains("all 3 object(s) in cold storage can be read until 2099");
    assertThat(server.asked()).hasSize(3);
    assertRestored(target);
  }

  @Test
  void thawedChainIsRestoredByThePlainCommand() throws IOException {
    freezeAll("DEEP_ARCHIVE");
    restore(lab.newTarget(), "--thaw", "--no-wait", "--tier", "bulk", "--days", "2").expect(5);
    assertThat(server.asked()).containsExactlyInAnyOrderElementsOf(asked("Bulk"));
    server.finishThaws();

    Path target = lab.newTarget();
    restore(target).expect(0);
    assertRestored(target);
  }

  /** Of that alone, whatever it was sent against. */
  @Test
  void backupWhoseStreamIsWrittenIsThawedToo() throws IOException {
    freezeAll("GLACIER");
    Path stream = lab.work().resolve("stream");
    assertThat(stream(stream).expect(1).stderr())
        .contains("1 of the 1 objects", "--thaw", "standard 3 to 5 h");
    stream(stream, "--dry-run", "--thaw").expect(0);
    assertThat(server.asked()).isEmpty();

    assertThat(stream(stream, "--thaw", "--no-wait").expect(5).stderr()).contains("not yet");
    assertThat(server.asked()).singleElement().asString().contains(".uuid" + chain.leaf());
    assertThat(stream).doesNotExist();
    server.finishThaws();
    stream(stream, "--thaw", "--no-wait").expect(0);
    assertThat(stream).isNotEmptyFile();
  }

  private Result stream(Path file, Object... more) {
    Stream<Object> usual = Stream.of("restore", "--remote", COLD, "--stream-to", file, "--latest");
    return Btrfs2s3.runHere(chain.config(), Stream.concat(usual, Stream.of(more)).toArray());
  }

  @Test
  void onlyWhatIsFrozenIsAskedFor() throws IOException {
    String root = chain.keys().first();
    server.freeze(root, "GLACIER");
    server.freeze(chain.keys().last(), "GLACIER_IR");

    restore(lab.newTarget(), "--thaw", "--no-wait", "--tier", "Expedited").expect(5);
    assertThat(server.asked()).containsExactly(root + " Expedited");
  }

  @Test
  void tierThatDeepArchiveDoesNotHaveIsRefusedBeforeAnythingIsAskedFor() throws IOException {
    freezeAll("GLACIER");
    server.freeze(chain.keys().last(), "DEEP_ARCHIVE");

    Result refused = restore(lab.newTarget(), "--thaw", "--tier", "expedited").expect(1);
    assertThat(refused.stderr())
        .contains("--tier expedited", "DEEP_ARCHIVE", "standard 12 h, bulk 48 h");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void missingPermissionIsNamed() throws IOException {
    freezeAll("GLACIER");
    server.deny(true);
    Path target = lab.newTarget();

    assertThat(restore(target, "--thaw").expect(10).stderr())
        .contains("s3:RestoreObject", chain.keys().first())
        .doesNotContain("\tat ");
    assertThat(target).isEmptyDirectory();
  }

  /** The twin of all others: the wait is what ends at once, not the program by itself. */
  @Test
  void interruptionEndsTheWaitAtOnce() throws Exception {
    freezeAll("GLACIER");
    Path target = lab.newTarget();
    try (RunningProgram waiting =
        Btrfs2s3.withConfig(chain.config())
            .with("restore", "--remote", COLD, "--to", target, "--latest", "--thaw")
            .start()) {
      Instant begun = Instant.now();
      while (!waiting.stderr().contains("thawing: 0 of 3")) {
        assertThat(begun.plus(PATIENCE)).isAfter(Instant.now());
        Thread.sleep(50);
      }
      assertThat(waiting.isRunning()).isTrue();
      waiting.kill("INT");
      Result interrupted = waiting.await(Duration.ofSeconds(20)).expect(130);
      assertThat(interrupted.stderr()).contains("interrupted");
    }
    assertThat(target).isEmptyDirectory();
    assertThat(server.asked()).hasSize(3);
  }

  /** Whatever a listing said. */
  @Test
  void objectThatTurnsOutToBeFrozenSaysWhatToDo() throws IOException {
    server.refuse(chain.keys().first());
    Path target = lab.newTarget();

    assertThat(restore(target).expect(1).stderr())
        .contains(chain.keys().first(), "frozen in cold storage", "restore --thaw");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void dryRunTellsWhatIsFrozen() throws IOException {
    Path target = lab.newTarget();
    assertThat(restore(target, "--dry-run").expect(0).stdout()).doesNotContain("cold storage");
    freezeAll("GLACIER");
    assertThat(restore(target, "--dry-run", "--thaw").expect(0).stdout())
        .contains("3 of them in cold storage", "3 frozen");
    String json = restore(target, "--dry-run", "--json").expect(0).stdout();
    assertThat(new ObjectMapper().readTree(json).at("/cold_storage/frozen").asInt()).isEqualTo(3);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void optionsWithoutThawOrWithoutSenseAreWrongUsage() throws IOException {
    Path target = lab.newTarget();
    assertThat(restore(target, "--tier", "bulk").expect(2).stderr()).contains("--thaw");
    assertThat(restore(target, "--thaw", "--tier", "fast").expect(2).stderr())
        .contains("expedited, standard or bulk");
    assertThat(restore(target, "--thaw", "--days", "0").expect(2).stderr()).contains("days");
  }
}
