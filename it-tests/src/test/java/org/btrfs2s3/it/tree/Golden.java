package org.btrfs2s3.it.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A bucket that the Python tool of the same name wrote from real btrfs, and what its snapshots
 * held. Objects and manifests lie gzipped in the test resources.
 */
public final class Golden {
  private Golden() {}

  /**
   * An object of the bucket: a raw send stream.
   *
   * @param sendParent null for a full backup
   */
  public record Backup(String key, long size, UUID uuid, @Nullable UUID sendParent) {
    public InputStream open() throws IOException {
      return gunzip("/golden/main/" + key + ".gz");
    }

    public Manifest manifest() throws IOException {
      try (InputStream json = gunzip("/golden/manifests/" + uuid + ".json.gz")) {
        return Manifest.load(json);
      }
    }
  }

  /** Every backup, parents before children. */
  public static List<Backup> backups() {
    try (InputStream listing = resource("/golden/listing.json")) {
      List<Backup> backups = new ArrayList<>();
      for (JsonNode object : new ObjectMapper().readTree(listing)) {
        JsonNode parent = object.get("send_parent_uuid");
        backups.add(
            new Backup(
                object.get("key").asText(),
                object.get("size").asLong(),
                UUID.fromString(object.get("uuid").asText()),
                parent.isNull() ? null : UUID.fromString(parent.asText())));
      }
      return backups;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream gunzip(String name) throws IOException {
    return new GZIPInputStream(resource(name));
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(Golden.class.getResourceAsStream(name), name);
  }
}
