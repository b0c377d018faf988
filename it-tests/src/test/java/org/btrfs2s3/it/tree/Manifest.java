package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Every entry of a tree with everything that a restore must bring back. An entry is a map from what
 * is known of it (type, mode, uid, gid, mtime_ns, nlink, xattr NAME, size, sha256, hard links,
 * target, rdev) to its value as text, so that nothing can be forgotten when two are compared.
 *
 * <p>Subvolumes nested in a tree are placeholders: a snapshot shows them as empty directories, the
 * send stream lacks them, so a restored tree must not have them.
 */
public final class Manifest {
  static final String TYPE = "type";
  static final String PLACEHOLDER = "nested-subvol-placeholder";
  private static final String HARD_LINKS = "hard links";
  private static final List<String> PLAIN_FIELDS =
      List.of(TYPE, "mode", "uid", "gid", "mtime_ns", "nlink", "size", "sha256");

  private final SortedMap<RawPath, SortedMap<String, String>> entries;

  Manifest(SortedMap<RawPath, SortedMap<String, String>> entries) {
    this.entries = Collections.unmodifiableSortedMap(entries);
  }

  /** Reads the tree below a directory, the directory itself included. */
  public static Manifest of(Path root) {
    return new Manifest(new TreeReader(root).read());
  }

  /** Reads the JSON form of a manifest; the format is described beside the golden bucket. */
  public static Manifest load(InputStream json) throws IOException {
    SortedMap<RawPath, SortedMap<String, String>> entries = new TreeMap<>();
    Map<RawPath, String> groups = new HashMap<>();
    for (JsonNode node : new ObjectMapper().readTree(json).get("entries")) {
      RawPath path = RawPath.of(Base64.getDecoder().decode(node.get("path_b64").asText()));
      entries.put(path, attributes(node));
      if (node.has("hardlink_group")) {
        groups.put(path, node.get("hardlink_group").asText());
      }
    }
    addHardLinks(entries, groups);
    return new Manifest(entries);
  }

  /** Reads what {@code files --json} printed, which tells nothing of contents. */
  public static Manifest ofFiles(String json) throws IOException {
    SortedMap<RawPath, SortedMap<String, String>> entries = new TreeMap<>();
    Map<RawPath, String> groups = new HashMap<>();
    for (JsonNode node : new ObjectMapper().readTree(json).get("entries")) {
      RawPath path = RawPath.of(FilesEntry.bytes(node, "path"));
      entries.put(path, FilesEntry.attributes(node));
      if (node.get("links").asInt() > 1) {
        boolean isFirst = !node.has("same_as") && !node.has("same_as_b64");
        byte[] first = FilesEntry.bytes(node, isFirst ? "path" : "same_as");
        groups.put(path, RawPath.of(first).latin1());
      }
    }
    addHardLinks(entries, groups);
    return new Manifest(entries);
  }

  /** The same without what {@code files} does not tell: contents and extended attributes. */
  public Manifest withoutContents() {
    SortedMap<RawPath, SortedMap<String, String>> fewer = new TreeMap<>();
    entries.forEach(
        (path, attributes) -> {
          SortedMap<String, String> kept = new TreeMap<>(attributes);
          kept.keySet().removeIf(name -> name.equals("sha256") || name.startsWith("xattr "));
          fewer.put(path, kept);
        });
    return new Manifest(fewer);
  }

  /** How many entries there are, placeholders included. */
  public int size() {
    return entries.size();
  }

  /** Whether there is an entry of this name, given as UTF-8 and relative to the root. */
  public boolean contains(String path) {
    return entries.containsKey(RawPath.of(path.getBytes(UTF_8)));
  }

  SortedMap<RawPath, SortedMap<String, String>> entries() {
    return entries;
  }

  /** One line per difference, empty if a restored tree is what it should be. */
  public static List<String> difference(Manifest expected, Manifest actual) {
    SortedSet<RawPath> paths = new TreeSet<>(expected.entries.keySet());
    paths.addAll(actual.entries.keySet());
    List<String> differences = new ArrayList<>();
    for (RawPath path : paths) {
      SortedMap<String, String> want = expected.inStream(path);
      SortedMap<String, String> have = actual.present(path);
      if (want.isEmpty() && !have.isEmpty()) {
        differences.add(path + ": should not exist, is a " + have.get(TYPE));
      } else if (!want.isEmpty() && have.isEmpty()) {
        differences.add(path + ": missing, should be a " + want.get(TYPE));
      } else {
        differences.addAll(differences(path, want, have));
      }
    }
    return differences;
  }

  private SortedMap<String, String> present(RawPath path) {
    return entries.getOrDefault(path, Collections.emptySortedMap());
  }

  private SortedMap<String, String> inStream(RawPath path) {
    SortedMap<String, String> entry = present(path);
    return PLACEHOLDER.equals(entry.get(TYPE)) ? Collections.emptySortedMap() : entry;
  }

  private static List<String> differences(
      RawPath path, SortedMap<String, String> want, SortedMap<String, String> have) {
    SortedSet<String> names = new TreeSet<>(want.keySet());
    names.addAll(have.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(want.get(name), have.get(name)))
        .map(
            name ->
                "%s: %s should be %s, is %s"
                    .formatted(
                        path,
                        name,
                        want.getOrDefault(name, "absent"),
                        have.getOrDefault(name, "absent")))
        .toList();
  }

  private static SortedMap<String, String> attributes(JsonNode node) {
    SortedMap<String, String> attributes = new TreeMap<>();
    PLAIN_FIELDS.stream()
        .filter(node::has)
        .forEach(field -> attributes.put(field, node.get(field).asText()));
    if (node.has("xattrs")) {
      node.get("xattrs")
          .properties()
          .forEach(xattr -> attributes.put("xattr " + xattr.getKey(), xattr.getValue().asText()));
    }
    if (node.has("target_b64")) {
      attributes.put("target", node.get("target_b64").asText());
    }
    if (node.has("rdev")) {
      attributes.put("rdev", node.get("rdev").get(0).asText() + ":" + node.get("rdev").get(1));
    }
    return attributes;
  }

  /** Replaces the number of each group, which depends on the order of reading, by its members. */
  static void addHardLinks(
      SortedMap<RawPath, SortedMap<String, String>> entries, Map<RawPath, String> groups) {
    Map<String, String> members =
        groups.keySet().stream()
            .sorted()
            .collect(
                Collectors.groupingBy(
                    path -> Objects.requireNonNull(groups.get(path)),
                    Collectors.mapping(RawPath::toString, Collectors.joining(" = "))));
    groups.forEach(
        (path, group) ->
            Objects.requireNonNull(entries.get(path))
                .put(HARD_LINKS, Objects.requireNonNull(members.get(group))));
  }
}
