package org.btrfs2s3.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.s3.Bucket;

/** A place that stores backups, seen from outside the program. Closing deletes what is in it. */
public sealed interface Remote extends AutoCloseable {
  /** Makes it a remote of a configuration. */
  ConfigFile addTo(ConfigFile config, String id);

  /** The names of everything in it, backups or not. */
  SortedSet<String> keys() throws IOException;

  byte[] get(String key) throws IOException;

  /** Writes or replaces an object. */
  void put(String key, byte[] content) throws IOException;

  void delete(String key) throws IOException;

  /** What was begun and neither committed nor taken back. */
  List<String> unfinished() throws IOException;

  @Override
  void close() throws IOException;

  /** An S3 bucket. */
  record InBucket(Bucket bucket) implements Remote {
    @Override
    public ConfigFile addTo(ConfigFile config, String id) {
      return config.s3Remote(id, bucket);
    }

    @Override
    public SortedSet<String> keys() {
      return bucket.keys();
    }

    @Override
    public byte[] get(String key) {
      return bucket.get(key);
    }

    @Override
    public void put(String key, byte[] content) {
      bucket.put(key, content);
    }

    @Override
    public void delete(String key) {
      bucket.delete(key);
    }

    @Override
    public List<String> unfinished() {
      return bucket.unfinishedUploads();
    }

    @Override
    public void close() {
      bucket.close();
    }
  }

  /** A directory, deleted with the one that it lies in. */
  record InDirectory(Path path) implements Remote {
    private static final String MARKER = "btrfs2s3-remote";

    /** A new one, ready to be written to. */
    public static InDirectory create(Path path) throws IOException {
      Files.createFile(Files.createDirectory(path).resolve(MARKER));
      return new InDirectory(path);
    }

    @Override
    public ConfigFile addTo(ConfigFile config, String id) {
      return config.directoryRemote(id, path);
    }

    @Override
    public SortedSet<String> keys() throws IOException {
      SortedSet<String> names = new TreeSet<>(files(path));
      names.remove(MARKER);
      return names;
    }

    @Override
    public byte[] get(String key) throws IOException {
      return Files.readAllBytes(path.resolve(key));
    }

    @Override
    public void put(String key, byte[] content) throws IOException {
      Files.write(path.resolve(key), content);
    }

    @Override
    public void delete(String key) throws IOException {
      Files.delete(path.resolve(key));
    }

    @Override
    public List<String> unfinished() throws IOException {
      Path staging = path.resolve(".tmp");
      if (!Files.exists(staging)) {
        return List.of();
      }
      // Each object that is being written has a directory there.
      try (Stream<Path> entries = Files.list(staging)) {
        return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
      }
    }

    private static List<String> files(Path directory) throws IOException {
      try (Stream<Path> entries = Files.list(directory)) {
        return entries
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .sorted()
            .toList();
      }
    }

    @Override
    public void close() {}
  }
}
