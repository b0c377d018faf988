package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A directory is a store, whatever its file system can and cannot do. */
final class DirectoryStoreContractTest {

  private abstract static class OnDirectory extends BackupStoreContract {

    private final Placement firstPlacement;

    OnDirectory(Placement firstPlacement) {
      this.firstPlacement = firstPlacement;
    }

    /** An empty directory, another one for each test. */
    abstract Path newDirectory() throws IOException;

    @Override
    protected BackupStore openStore() throws Exception {
      var directory = newDirectory();
      DirectoryStore.createMarker(directory);
      return DirectoryStore.at(directory, firstPlacement);
    }

    @Override
    protected BackupStore reopen(BackupStore first) {
      return DirectoryStore.at(Path.of(first.location()), firstPlacement);
    }

    @Override
    protected Leftover leaveUnfinished(BackupStore store, ObjectKey key) throws Exception {
      var remote = Path.of(store.location());
      try (var living = StagingDirectory.create(remote)) {
        var dead = living.path().resolveSibling(UUID.randomUUID().toString());
        Files.createDirectory(dead);
        Files.write(dead.resolve(living.createFile(key).getFileName()), bytes(100));
      }
      return () -> {};
    }

    @Override
    protected int manyObjects() {
      return 50; // A directory is listed at once: more would not take another way.
    }

    @Override
    protected List<Integer> interestingSizes() {
      int transfer = StagedFile.MAX_TRANSFER;
      return List.of(0, 1, transfer - 1, transfer, transfer + 1, 3 * transfer + 1);
    }
  }

  private abstract static class OnTemporaryDirectory extends OnDirectory {

    @TempDir private Path temporary;

    OnTemporaryDirectory(Placement firstPlacement) {
      super(firstPlacement);
    }

    @Override
    Path newDirectory() {
      return temporary.resolve("remote");
    }
  }

  @Nested
  final class ByRenaming extends OnTemporaryDirectory {
    ByRenaming() {
      super(Placement.RENAME);
    }
  }

  @Nested
  final class ByLinking extends OnTemporaryDirectory {
    ByLinking() {
      super(Placement.LINK);
    }
  }

  @Nested
  final class ByCheckedRenaming extends OnTemporaryDirectory {
    ByCheckedRenaming() {
      super(Placement.CHECKED_RENAME);
    }
  }

  @Nested
  final class ThroughADecorator extends OnTemporaryDirectory {
    ThroughADecorator() {
      super(Placement.RENAME);
    }

    @Override
    protected BackupStore openStore() throws Exception {
      return new FaultyStore(super.openStore());
    }
  }

  @TestInstance(Lifecycle.PER_CLASS)
  private abstract static class OnMount extends OnDirectory {

    private Mount mount;

    OnMount() {
      super(Placement.RENAME);
    }

    abstract Mount mount(Path scratch) throws IOException;

    @BeforeAll
    void mountOnce(@TempDir Path scratch) throws IOException {
      mount = mount(scratch);
    }

    @AfterAll
    void unmount() throws IOException {
      mount.close();
    }

    @Override
    Path newDirectory() throws IOException {
      return Files.createTempDirectory(mount.path(), "remote");
    }
  }

  @Nested
  @EnabledIf(
      value = "org.btrfs2s3.core.store.Mount#canMountNtfs",
      disabledReason = Mount.NEEDS_NTFS)
  final class OnNtfs extends OnMount {

    @Override
    Mount mount(Path scratch) throws IOException {
      return Mount.ntfs(scratch);
    }
  }

  @Nested
  @EnabledIf(
      value = "org.btrfs2s3.core.store.Mount#canMountVfat",
      disabledReason = Mount.NEEDS_VFAT)
  final class OnVfat extends OnMount {

    @Override
    Mount mount(Path scratch) throws IOException {
      return Mount.vfat(scratch);
    }

    @Override
    protected List<String> awkwardKeys() {
      // vfat does not tell upper from lower case.
      return super.awkwardKeys().stream().filter(key -> !key.equals("upper")).toList();
    }
  }
}
