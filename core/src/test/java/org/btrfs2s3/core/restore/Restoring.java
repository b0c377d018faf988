package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Restores three backups, each sent against the one before it, and what came of that. */
abstract class Restoring {

  @TempDir Path directory = Path.of("");

  final FakeBtrfs btrfs = new FakeBtrfs();
  final List<RestoreEvent> events = new ArrayList<>();
  Path target = Path.of("");

  @SuppressWarnings("NullAway.Init") // before each test
  Backups backups;

  Precautions precautions = Precautions.USUAL;
  Checkpoints checkpoints = Checkpoints.ALWAYS;
  @Nullable String writable;
  boolean keepChain;

  /** Is told of each event, too. */
  RestoreListener meanwhile = _ -> {};

  @BeforeEach
  void backUp() throws Exception {
    target = Files.createDirectories(directory.resolve("target"));
    backups = new Backups(directory, new FakeBtrfs(1)).backUp(3);
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("read ahead");
  }

  RestoreReport restore(Selection selection) throws Exception {
    return restore(selection, new FaultyStore(backups.store));
  }

  RestoreReport restore(Selection selection, FaultyStore store) throws Exception {
    events.clear();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    RestoreListener listener =
        event -> {
          events.add(event);
          meanwhile.on(event);
        };
    return new Restore(btrfs, store, reader, target, checkpoints, listener)
        .run(new RestoreOptions(selection, null, keepChain, writable, precautions));
  }

  RestoreReport latest() throws Exception {
    return restore(new Selection.Latest());
  }

  List<String> names() throws BtrfsException {
    return btrfs.list(target).stream().map(entry -> entry.name().toString()).toList();
  }

  List<String> hidden() throws BtrfsException {
    var directory = PrivateDirectory.in(target);
    return Files.exists(directory)
        ? btrfs.list(directory).stream().map(entry -> PrivateDirectory.shown(entry.name())).toList()
        : List.of();
  }

  <T extends RestoreEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  List<ObjectKey> fetched() {
    return events(RestoreEvent.Fetching.class).stream()
        .map(event -> event.member().backup().key())
        .toList();
  }

  /** Exactly these are there, complete and as they were, and nothing else of ours. */
  void assertRestored(int... numbers) throws IOException {
    assertThat(names()).hasSize(numbers.length);
    for (int number : numbers) {
      var entry = entry(backups.uuids.get(number));
      assertThat(entry.info().readOnly()).isTrue();
      assertThat(btrfs.content(target.resolve(entry.name().toString())))
          .isEqualTo(Backups.content(number));
    }
    assertThat(hidden()).isEmpty();
  }

  SubvolumeEntry entry(UUID received) throws BtrfsException {
    return btrfs.list(target).stream()
        .filter(entry -> received.equals(entry.info().receivedUuid()))
        .findFirst()
        .orElseThrow();
  }
}
