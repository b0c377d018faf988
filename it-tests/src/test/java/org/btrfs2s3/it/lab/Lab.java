package org.btrfs2s3.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.TemporaryDirectory;
import org.btrfs2s3.it.tree.Manifest;

/** A source with its snapshots on a btrfs volume, another volume to restore to, and some files. */
public final class Lab implements AutoCloseable {
  /** The zone where nothing depends on it. */
  public static final String ZONE = "America/St_Johns";

  /** Every second a snapshot, each sent against the year's first. */
  public static final String POLICY = "1y 3600s";

  private static final long VOLUME_BYTES = 1L << 30;

  private final TemporaryDirectory work;
  private final LoopVolume home;
  private final LoopVolume elsewhere;
  private final Path source;
  private final Path snapshots;
  private int targets;

  private Lab(TemporaryDirectory work, LoopVolume home, LoopVolume elsewhere, String sourceName)
      throws IOException {
    this.work = work;
    this.home = home;
    this.elsewhere = elsewhere;
    this.source = home.path().resolve(sourceName);
    this.snapshots = Files.createDirectory(home.path().resolve("snapshots"));
    Program.of("btrfs", "subvolume", "create", source).output();
  }

  /** Skips the calling test where there can be no btrfs. */
  public static Lab create() throws IOException {
    return create("data");
  }

  /** With a source of this name. */
  public static Lab create(String sourceName) throws IOException {
    LoopVolume.assume();
    return new Lab(
        TemporaryDirectory.create("lab"),
        LoopVolume.create(VOLUME_BYTES),
        LoopVolume.create(VOLUME_BYTES),
        sourceName);
  }

  /** The volume with the source. */
  public Path home() {
    return home.path();
  }

  /** The volume to restore to. */
  public Path elsewhere() {
    return elsewhere.path();
  }

  public Path source() {
    return source;
  }

  public Path snapshots() {
    return snapshots;
  }

  /** A directory for files. */
  public Path work() {
    return work.path();
  }

  /** Another empty directory on the volume to restore to. */
  public Path newTarget() throws IOException {
    return Files.createDirectory(elsewhere.path().resolve("target" + targets++));
  }

  /** Deletes every subvolume that was restored into such directories. */
  public void deleteRestored() throws BtrfsException {
    for (int i = 0; i < targets; i++) {
      Restored.deleteAll(elsewhere.path().resolve("target" + i));
    }
  }

  /** The installed program with this configuration, which replaces any earlier one. */
  public Program program(ConfigFile config) throws IOException {
    return Btrfs2s3.withConfig(config.write(work.path()));
  }

  /** Changes the source, in a second in which no snapshot has its ctime yet. */
  public void write(String file, String content) throws IOException {
    awaitNewSecond();
    Files.writeString(source.resolve(file), content);
  }

  /** Waits, at most a second, until snapshots will have another ctime than the source has now. */
  public void awaitNewSecond() throws BtrfsException {
    long second = new KernelBtrfs().inspect(source).ctime().getEpochSecond();
    while (Instant.now().getEpochSecond() <= second) {
      Thread.onSpinWait();
    }
  }

  public List<SubvolumeEntry> listSnapshots() throws BtrfsException {
    return new KernelBtrfs().list(snapshots);
  }

  /** What each snapshot holds, by its UUID. */
  public Map<UUID, Manifest> snapshotManifests() throws BtrfsException {
    Map<UUID, Manifest> manifests = new HashMap<>();
    for (SubvolumeEntry entry : listSnapshots()) {
      manifests.put(entry.info().uuid(), Manifest.of(snapshots.resolve(entry.name().toString())));
    }
    return manifests;
  }

  /** Every subvolume of both volumes with its identities, as the tool of btrfs prints it. */
  public String subvolumes() {
    return Program.of("btrfs", "subvolume", "list", "-u", "-q", home()).output()
        + Program.of("btrfs", "subvolume", "list", "-u", "-q", elsewhere()).output();
  }

  @Override
  public void close() throws IOException {
    try (work;
        home;
        elsewhere) {
      // Closes all three, whatever fails.
    }
  }
}
