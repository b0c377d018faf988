package org.btrfs2s3.it.program;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Server;

/** Builds a configuration, part by part. */
public final class ConfigFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Map<String, Object> topLevel = new LinkedHashMap<>();
  private final List<Map<String, Object>> sources = new ArrayList<>();
  private final List<Map<String, Object>> remotes = new ArrayList<>();

  /** Not the usual hours, so that a test of a request that never succeeds comes to its end. */
  private String retryFor = "5m";

  private ConfigFile() {}

  public static ConfigFile inZone(String timezone) {
    return new ConfigFile().with("timezone", timezone);
  }

  /** Any further key of the top level. */
  public ConfigFile with(String key, Object value) {
    topLevel.put(key, value);
    return this;
  }

  /** Of the remotes that follow. */
  public ConfigFile retryFor(String duration) {
    retryFor = duration;
    return this;
  }

  public ConfigFile source(Path path, Path snapshots, Upload... uploads) {
    return source(path, snapshots, Map.of(), uploads);
  }

  /** A source with further keys, such as {@code name}. */
  public ConfigFile source(Path path, Path snapshots, Map<String, Object> more, Upload... uploads) {
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("path", path.toString());
    source.put("snapshots", snapshots.toString());
    source.putAll(more);
    source.put("upload_to_remotes", Stream.of(uploads).map(Upload::keys).toList());
    sources.add(source);
    return this;
  }

  public ConfigFile directoryRemote(String id, Path path) {
    return remote(Map.of("id", id, "directory", Map.of("path", path.toString())));
  }

  public ConfigFile s3Remote(String id, Bucket bucket) {
    return s3Remote(id, bucket, "");
  }

  public ConfigFile s3Remote(String id, Bucket bucket, String prefix) {
    return s3Remote(id, bucket.name(), prefix, bucket.server().secretKey(), bucket.server());
  }

  /** A remote whose bucket or secret key may be wrong. */
  public ConfigFile s3Remote(
      String id, String bucket, String prefix, String secretKey, S3Server server) {
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("endpoint_url", server.endpoint().toString());
    endpoint.put("region_name", server.region());
    endpoint.put("aws_access_key_id", server.accessKey());
    endpoint.put("aws_secret_access_key", secretKey);
    Map<String, Object> s3 = new LinkedHashMap<>();
    s3.put("bucket", bucket);
    if (!prefix.isEmpty()) {
      s3.put("prefix", prefix);
    }
    s3.put("endpoint", endpoint);
    return remote(Map.of("id", id, "retry_for", retryFor, "s3", s3));
  }

  private ConfigFile remote(Map<String, Object> remote) {
    remotes.add(remote);
    return this;
  }

  /** Writes {@code config.yaml} into a directory. Only the owner can read it: it holds secrets. */
  public Path write(Path directory) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(topLevel);
    all.put("sources", sources);
    all.put("remotes", remotes);
    Path file = directory.resolve("config.yaml");
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(file, new YAMLMapper().writeValueAsString(all));
    return file;
  }
}
