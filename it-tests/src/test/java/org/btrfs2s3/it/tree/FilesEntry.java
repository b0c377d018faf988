package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;

/** An entry as {@code files --json} prints it, in the words of a {@link Manifest}. */
final class FilesEntry {
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

  private FilesEntry() {}

  static SortedMap<String, String> attributes(JsonNode node) {
    SortedMap<String, String> attributes = new TreeMap<>();
    String type = type(node.get("type").asText());
    attributes.put(Manifest.TYPE, type);
    attributes.put("mode", node.get("mode").asText());
    attributes.put("uid", node.get("uid").asText());
    attributes.put("gid", node.get("gid").asText());
    Instant modified = Instant.parse(node.get("mtime").asText());
    attributes.put(
        "mtime_ns",
        BigInteger.valueOf(modified.getEpochSecond())
            .multiply(BILLION)
            .add(BigInteger.valueOf(modified.getNano()))
            .toString());
    if (!type.equals("dir")) {
      attributes.put("nlink", node.get("links").asText());
    }
    if (node.has("size")) {
      attributes.put("size", node.get("size").asText());
    }
    if (type.equals("symlink")) {
      attributes.put("target", Base64.getEncoder().encodeToString(bytes(node, "target")));
    }
    if (node.has("device")) {
      attributes.put("rdev", node.get("device").asText());
    }
    return attributes;
  }

  /** Of a path, which is there as text, or as Base64 if it is not UTF-8. */
  static byte[] bytes(JsonNode node, String member) {
    return node.has(member)
        ? node.get(member).asText().getBytes(UTF_8)
        : Base64.getDecoder().decode(node.get(member + "_b64").asText());
  }

  private static String type(String type) {
    return switch (type) {
      case "directory" -> "dir";
      case "character_device" -> "char";
      case "block_device" -> "block";
      default -> type;
    };
  }
}
