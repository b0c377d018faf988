package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.lab.Shared;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was backed up comes back, from every remote and in every encoding. (Invariants 3, 7, 8.) */
class ChainRestoreTest {
  @RegisterExtension
  static final Shared<BackedUpChain> SHARED = new Shared<>(BackedUpChain::create);

  private BackedUpChain chain;

  @BeforeEach
  void backUpOnce() throws IOException {
    chain = SHARED.get();
  }

  @ParameterizedTest
  @EnumSource
  void serverReturnsEveryBackup(S3Engine engine) throws IOException {
    engine.orSkip();
    restoresEveryBackup(engine.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {BackedUpChain.RAW, BackedUpChain.GZIP})
  void directoryReturnsEveryBackup(String remote) throws IOException {
    restoresEveryBackup(remote);
  }

  private void restoresEveryBackup(String remote) throws IOException {
    Path target = chain.lab().newTarget();
    chain.restore(remote, target).with("--all").run().expect(0);

    Restored.assertIdentical(chain.manifests(), target);
  }

  @ParameterizedTest
  @EnumSource
  void serverReturnsTheNewestBackupAlone(S3Engine engine) throws IOException {
    engine.orSkip();
    restoresOnly(chain.uuids().getLast(), engine.name(), "--latest");
  }

  @Test
  void returnsTheBackupOfATime() throws IOException {
    restoresOnly(chain.uuids().get(1), BackedUpChain.RAW, "--at", chain.ctimes().get(1).toString());
  }

  @Test
  void returnsTheBackupOfASnapshot() throws IOException {
    UUID third = chain.uuids().get(2);
    restoresOnly(third, BackedUpChain.GZIP, "--snapshot", third.toString());
  }

  private void restoresOnly(UUID snapshot, String remote, String... selection) throws IOException {
    Path target = chain.lab().newTarget();
    chain.restore(remote, target).with((Object[]) selection).run().expect(0);

    Restored.assertIdentical(Map.of(snapshot, chain.manifest(snapshot)), target);
    try (var entries = Files.list(target)) {
      assertThat(entries).as("its send parents and the lock are gone").hasSize(1);
    }
  }

  @Test
  void everyRemoteHasAChainOfTheWholeDepth() throws IOException {
    for (Remote remote : chain.remotes().values()) {
      List<ParsedKey.Known> backups = parentsFirst(remote.keys());
      assertThat(backups.stream().map(backup -> backup.identity().uuid()))
          .containsExactlyElementsOf(chain.uuids());
      assertThat(backups.getFirst().identity().isFull()).isTrue();
      for (int i = 1; i < backups.size(); i++) {
        assertThat(backups.get(i).identity().sendParent()).isEqualTo(chain.uuids().get(i - 1));
      }
    }
  }

  @Test
  void keysWithoutSuffixesAreThoseOfThePythonTool() throws IOException {
    assertThat(chain.remote(BackedUpChain.RAW).keys())
        .allMatch(key -> key.endsWith(".mdvn1.seqn0"))
        .allMatch(key -> BackupKey.decode(key) instanceof ParsedKey.Known);
  }

  @Test
  void secondUpdateHasNothingToDo() throws IOException {
    Map<String, SortedSet<String>> before = keys();
    String subvolumes = chain.lab().subvolumes();
    Result result = chain.program().with("update").run().expect(0);

    assertThat(result.stdout()).contains("nothing to be done");
    assertThat(keys()).isEqualTo(before);
    assertThat(chain.lab().subvolumes()).isEqualTo(subvolumes);
  }

  private Map<String, SortedSet<String>> keys() throws IOException {
    Map<String, SortedSet<String>> keys = new HashMap<>();
    for (var remote : chain.remotes().entrySet()) {
      keys.put(remote.getKey(), remote.getValue().keys());
    }
    return keys;
  }

  @ParameterizedTest
  @EnumSource
  void plainToolsRestoreTheChain(S3Engine engine) throws IOException {
    engine.orSkip();
    Remote remote = chain.remote(engine.name());
    // Receiving finds parents by identity on the whole volume: it must see only this copy of them.
    try (LoopVolume volume = LoopVolume.create(LoopVolume.SMALL)) {
      for (String key : keysParentsFirst(remote.keys())) {
        Path object = chain.lab().work().resolve("object");
        Files.write(object, remote.get(key));
        Program.bash(
                "gpg --batch --quiet -d \"$1\" | zstd -q -d | btrfs receive \"$2\"",
                object,
                volume.path())
            .withEnvironment("GNUPGHOME", chain.gpg().path().toString())
            .output();
      }
      Restored.assertIdentical(chain.manifests(), volume.path());
    }
  }

  private static List<ParsedKey.Known> parentsFirst(SortedSet<String> keys) {
    return keysParentsFirst(keys).stream().map(ChainRestoreTest::decode).toList();
  }

  private static List<String> keysParentsFirst(SortedSet<String> keys) {
    List<String> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.comparing(key -> decode(key).identity().ctransid()));
    return sorted;
  }

  private static ParsedKey.Known decode(String key) {
    return (ParsedKey.Known) BackupKey.decode(key);
  }
}
