package org.btrfs2s3.app.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads an entry of {@code remotes}. */
final class RemoteReader {

  private static final KeySet KEYS =
      new KeySet("an entry of 'remotes'", "id", "s3", "directory", "retry_for");
  private static final KeySet S3_KEYS = new KeySet("'s3'", "bucket", "prefix", "endpoint");
  private static final KeySet DIRECTORY_KEYS = new KeySet("'directory'", "path");

  /** A key has at most 1024 bytes on S3; what follows the prefix may have nearly 500. */
  private static final int MAX_PREFIX_BYTES = 512;

  private final Values values;
  private final EndpointReader endpointReader;
  private final Problems problems;

  RemoteReader(Problems problems) {
    this.values = new Values(problems);
    this.endpointReader = new EndpointReader(problems);
    this.problems = problems;
  }

  /**
   * What an entry says.
   *
   * @param id null if there is none
   * @param config null if it is not valid
   */
  record Entry(@Nullable Located<String> id, @Nullable RemoteConfig config) {}

  Entry read(Field item) {
    Fields fields = values.fields(item, KEYS);
    if (fields == null) {
      return new Entry(null, null);
    }
    Located<String> id = values.text(fields.required("id"));
    Field s3 = fields.optional("s3");
    Field directory = fields.optional("directory");
    if ((s3 == null) == (directory == null)) {
      problems.error(
          fields.position(), "a remote needs either the key 's3' or the key 'directory'");
      return new Entry(id, null);
    }
    // The id only matters for a config that will not be used if there is none.
    String name = id == null ? "" : id.value();
    Field retry = fields.optional("retry_for");
    Duration retryFor = retryFor(retry);
    if (s3 != null) {
      return new Entry(id, s3(name, s3, retryFor));
    }
    if (retry != null) {
      problems.warning(retry.position(), "'retry_for' has no effect on a directory");
    }
    return new Entry(id, directory(name, directory));
  }

  private Duration retryFor(@Nullable Field field) {
    Long seconds = values.amount(field, S3RemoteConfig.RETRY_FOR);
    return seconds == null ? S3RemoteConfig.DEFAULT_RETRY_FOR : Duration.ofSeconds(seconds);
  }

  private @Nullable RemoteConfig s3(String id, Field field, Duration retryFor) {
    Fields fields = values.fields(field, S3_KEYS);
    if (fields == null) {
      return null;
    }
    String bucket = bucket(fields.required("bucket"));
    String prefix = prefix(fields.optional("prefix"));
    S3EndpointConfig endpoint = endpointReader.read(fields.optional("endpoint"));
    return bucket == null ? null : new S3RemoteConfig(id, bucket, prefix, endpoint, retryFor);
  }

  private @Nullable String bucket(@Nullable Field field) {
    Located<String> bucket = values.text(field);
    if (field != null && bucket != null && bucket.value().indexOf('/') >= 0) {
      values.wrongType(field, "the name of a bucket; the beginning of keys is the key 'prefix'");
      return null;
    }
    return bucket == null ? null : bucket.value();
  }

  private String prefix(@Nullable Field field) {
    Located<String> prefix = values.anyText(field);
    if (field == null || prefix == null) {
      return "";
    }
    if (prefix.value().getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
      values.wrongType(field, "at most " + MAX_PREFIX_BYTES + " bytes");
    }
    return prefix.value();
  }

  private @Nullable RemoteConfig directory(String id, @Nullable Field field) {
    Fields fields = values.fields(field, DIRECTORY_KEYS);
    if (fields == null) {
      return null;
    }
    Located<Path> path = values.path(fields.required("path"));
    return path == null ? null : new DirectoryRemoteConfig(id, path.value());
  }
}
