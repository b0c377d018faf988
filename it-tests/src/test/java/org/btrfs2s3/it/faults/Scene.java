package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.TemporaryDirectory;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;

/** A source on a real btrfs, an empty bucket, and the installed program. */
final class Scene implements AutoCloseable {
  /** Every second a snapshot, each sent against the year's first. */
  static final String POLICY = "1y 3600s";

  static final String REMOTE = "s3";
  static final String ZONE = "America/St_Johns";

  /** Several times what the tests write, and sparse. */
  private static final long VOLUME_BYTES = 1L << 30;

  private final TemporaryDirectory work;
  private final LoopVolume volume;
  private final Bucket bucket;
  private int targets;

  private Scene(TemporaryDirectory work, LoopVolume volume, Bucket bucket) throws IOException {
    this.work = work;
    this.volume = volume;
    this.bucket = bucket;
    Program.of("btrfs", "subvolume", "create", source()).output();
    Files.createDirectory(snapshots());
    Files.writeString(source().resolve("file"), "first");
  }

  /** Skips the calling test where there can be no btrfs. The source holds one file. */
  static Scene create(String... mkfsOptions) throws IOException {
    return ofSize(VOLUME_BYTES, mkfsOptions);
  }

  /** The same on a volume of so many bytes. */
  static Scene ofSize(long volumeBytes, String... mkfsOptions) throws IOException {
    LoopVolume.assume();
    return new Scene(
        TemporaryDirectory.create("scene"),
        LoopVolume.create(volumeBytes, mkfsOptions),
        S3Engine.S3PROXY.orSkip().newBucket());
  }

  Bucket bucket() {
    return bucket;
  }

  LoopVolume volume() {
    return volume;
  }

  Path source() {
    return volume.path().resolve("data");
  }

  Path snapshots() {
    return volume.path().resolve("snapshots");
  }

  /** A directory for files, not on btrfs. */
  Path work() {
    return work.path();
  }

  /** The source, and nothing else yet. */
  ConfigFile config(Upload... uploads) {
    return ConfigFile.inZone(ZONE).source(source(), snapshots(), uploads);
  }

  /** The source, backed up to the bucket. */
  ConfigFile config() {
    return config(Upload.to(REMOTE, POLICY)).s3Remote(REMOTE, bucket);
  }

  Program program(ConfigFile config) throws IOException {
    return Btrfs2s3.withConfig(config.write(work.path()));
  }

  Result update(ConfigFile config) throws IOException {
    return program(config).with("update", "--force").run();
  }

  /** Restores the newest backup from the bucket. */
  Result restore(ConfigFile config, Path target, Object... more) throws IOException {
    return program(config)
        .with("restore", "--remote", REMOTE, "--to", target, "--latest")
        .with(more)
        .run();
  }

  /** A new empty directory for restored subvolumes. */
  Path newTarget() throws IOException {
    return Files.createDirectory(volume.path().resolve("target" + targets++));
  }

  /** Changes a file of the source, in a second in which no snapshot has its ctime yet. */
  void write(String file, String content) throws IOException {
    long second = new KernelBtrfs().inspect(source()).ctime().getEpochSecond();
    while (Instant.now().getEpochSecond() <= second) {
      Thread.onSpinWait();
    }
    Files.writeString(source().resolve(file), content);
  }

  static List<String> subvolumes(Path directory) throws BtrfsException {
    return new KernelBtrfs()
        .list(directory).stream().map(entry -> entry.name().toString()).toList();
  }

  /** The only subvolume of a directory. */
  static Path only(Path directory) throws BtrfsException {
    List<String> names = subvolumes(directory);
    assertThat(names).hasSize(1);
    return directory.resolve(names.getFirst());
  }

  @Override
  public void close() throws IOException {
    try (work;
        volume) {
      bucket.close();
    }
  }
}
