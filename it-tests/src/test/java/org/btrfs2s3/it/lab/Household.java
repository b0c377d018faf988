package org.btrfs2s3.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.TemporaryDirectory;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.proxy.FaultProxy;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.btrfs2s3.it.tree.Manifest;

/**
 * Three sources on one volume, backed up to one bucket through a proxy. By their policy every
 * update makes a snapshot of each, uploads it, and deletes the one before it with its backup, so
 * that each source ends with its first and its latest.
 */
public final class Household implements AutoCloseable {
  public static final String REMOTE = "s3";

  /** The stream of the first needs two parts; those of the others fit into one. */
  static final List<String> SOURCES = List.of("large", "small", "other");

  private static final String POLICY = "1y";
  private static final long VOLUME_BYTES = 2L << 30;
  private static final int LARGE_BYTES = 17 << 20;
  private static final int SMALL_BYTES = 20_000;

  private final TemporaryDirectory work;
  private final LoopVolume volume;
  private final Bucket bucket;
  private final FaultProxy proxy;
  private final Map<String, Object> uploadKeys;
  private final boolean ownsBucket;
  private final Map<UUID, Manifest> manifests = new HashMap<>();
  private int targets;

  private Household(
      TemporaryDirectory work,
      LoopVolume volume,
      Bucket bucket,
      FaultProxy proxy,
      Map<String, Object> uploadKeys,
      boolean ownsBucket)
      throws IOException {
    this.ownsBucket = ownsBucket;
    this.work = work;
    this.volume = volume;
    this.bucket = bucket;
    this.proxy = proxy;
    this.uploadKeys = uploadKeys;
    // Else reading a source, to compare it, would change it.
    Program.of("mount", "-o", "remount,noatime", volume.path()).output();
    for (String name : SOURCES) {
      Program.of("btrfs", "subvolume", "create", source(name)).output();
    }
    Files.createDirectory(snapshots());
  }

  public static Household create(S3Engine engine) throws IOException {
    return create(engine, Map.of());
  }

  /**
   * Skips the calling test where there can be no btrfs or no such server.
   *
   * @param uploadKeys further keys of each entry in {@code upload_to_remotes}
   */
  public static Household create(S3Engine engine, Map<String, Object> uploadKeys)
      throws IOException {
    LoopVolume.assume();
    Bucket bucket = engine.orSkip().newBucket();
    return new Household(
        TemporaryDirectory.create("household"),
        LoopVolume.create(VOLUME_BYTES),
        bucket,
        FaultProxy.before(bucket.server()),
        uploadKeys,
        true);
  }

  /** Another host, with sources of the same names, that backs up to the same bucket. */
  public static Household beside(Household other) throws IOException {
    return new Household(
        TemporaryDirectory.create("household"),
        LoopVolume.create(VOLUME_BYTES),
        other.bucket,
        FaultProxy.before(other.bucket.server()),
        other.uploadKeys,
        false);
  }

  public FaultProxy proxy() {
    return proxy;
  }

  public Bucket bucket() {
    return bucket;
  }

  public Path snapshots() {
    return volume.path().resolve("snapshots");
  }

  public List<Path> sources() {
    return SOURCES.stream().map(this::source).toList();
  }

  Path source(String name) {
    return volume.path().resolve(name);
  }

  UUID uuid(String source) throws BtrfsException {
    return new KernelBtrfs().inspect(source(source)).uuid();
  }

  /** A new empty directory for restored subvolumes. */
  public Path newTarget() throws IOException {
    return Files.createDirectory(volume.path().resolve("target" + targets++));
  }

  /** Changes every source: other contents for other numbers. */
  public void change(long number) throws IOException {
    for (String name : SOURCES) {
      byte[] noise = new byte[name.equals(SOURCES.getFirst()) ? LARGE_BYTES : SMALL_BYTES];
      new Random(31 * number + name.hashCode()).nextBytes(noise);
      Files.write(source(name).resolve("noise"), noise);
    }
  }

  /** The configuration that reaches the bucket through the proxy. */
  public Path config() throws IOException {
    return config(proxy.server(), "proxied");
  }

  /** The configuration that does not. */
  Path directConfig() throws IOException {
    return config(bucket.server(), "direct");
  }

  private Path config(S3Server server, String directory) throws IOException {
    Upload upload = Upload.to(REMOTE, POLICY);
    for (Map.Entry<String, Object> key : uploadKeys.entrySet()) {
      upload = upload.with(key.getKey(), key.getValue());
    }
    ConfigFile config = ConfigFile.inZone(Lab.ZONE);
    for (String name : SOURCES) {
      config.source(source(name), snapshots(), upload);
    }
    return config
        .s3Remote(REMOTE, bucket.name(), "", server.secretKey(), server)
        .write(Files.createDirectories(work.path().resolve(directory)));
  }

  /** An update in this JVM, through the proxy. */
  public Result update(Object... options) throws IOException {
    return Btrfs2s3.runHere(
        config(), Stream.concat(Stream.of("update", "--force"), Stream.of(options)).toArray());
  }

  /** The update as users run it, through the proxy. */
  public Program installedUpdate() throws IOException {
    return Btrfs2s3.withConfig(config()).with("update", "--force");
  }

  /** A restore of the latest backup of a source in this JVM, through the proxy. */
  public Result restoreLatest(Path target) throws IOException {
    return Btrfs2s3.runHere(
        config(),
        "restore",
        "--remote",
        REMOTE,
        "--source",
        source(SOURCES.getFirst()),
        "--to",
        target,
        "--latest");
  }

  public List<SubvolumeEntry> listSnapshots() throws BtrfsException {
    return new KernelBtrfs().list(snapshots());
  }

  /**
   * What the snapshots of all runs held, by their UUIDs. Has to be called after each run, while the
   * snapshots that it made are there.
   */
  public Map<UUID, Manifest> manifests() throws IOException {
    for (SubvolumeEntry entry : listSnapshots()) {
      if (!manifests.containsKey(entry.info().uuid())) {
        manifests.put(
            entry.info().uuid(), Manifest.of(snapshots().resolve(entry.name().toString())));
      }
    }
    return Map.copyOf(manifests);
  }

  /** The UUID of the newest snapshot of the source whose stream is large. */
  public UUID latestOfLarge() throws BtrfsException {
    UUID parent = uuid(SOURCES.getFirst());
    return listSnapshots().stream()
        .filter(entry -> parent.equals(entry.info().parentUuid()))
        .max(Comparator.comparing(entry -> entry.info().ctransid()))
        .orElseThrow(() -> new AssertionError("no snapshot of " + SOURCES.getFirst()))
        .info()
        .uuid();
  }

  /** Of all objects of a backup. */
  public long storedBytes(UUID backup) {
    return bucket.sizes().entrySet().stream()
        .filter(object -> object.getKey().contains(".uuid" + backup + "."))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Override
  public void close() throws IOException {
    try (work;
        volume;
        proxy) {
      if (ownsBucket) {
        bucket.close();
      }
    }
  }
}
