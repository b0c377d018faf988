package org.btrfs2s3.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the list {@code remotes} and checks that its entries do not get in each other's way. */
final class Remotes {

  private final Problems problems;
  private final Map<String, Position> ids = new HashMap<>();
  private final Map<String, RemoteConfig> valid = new LinkedHashMap<>();

  Remotes(List<Field> items, Problems problems) {
    this.problems = problems;
    var reader = new RemoteReader(problems);
    items.stream().map(reader::read).forEach(this::add);
  }

  Collection<RemoteConfig> all() {
    return valid.values();
  }

  /** Every id, those of invalid remotes included. */
  Set<String> ids() {
    return ids.keySet();
  }

  Optional<RemoteConfig> find(String id) {
    return Optional.ofNullable(valid.get(id));
  }

  private void add(RemoteReader.Entry entry) {
    Located<String> id = entry.id();
    if (id == null) {
      return;
    }
    Position first = ids.putIfAbsent(id.value(), id.position());
    if (first != null) {
      problems.error(
          id.position(),
          "the id %s is given to two remotes, first in line %s"
              .formatted(Quoted.of(id.value()), first.line()));
      return;
    }
    RemoteConfig config = entry.config();
    if (config != null) {
      valid.values().forEach(other -> checkApart(other, config, id.position()));
      valid.put(id.value(), config);
    }
  }

  private void checkApart(RemoteConfig first, RemoteConfig second, Position position) {
    if (first instanceof S3RemoteConfig a
        && second instanceof S3RemoteConfig b
        && ObjectSpace.of(a).overlaps(ObjectSpace.of(b))) {
      problems.error(
          position,
          "the remotes %s and %s share the bucket %s, and of their prefixes %s and %s one begins"
                  .formatted(
                      Quoted.of(a.id()),
                      Quoted.of(b.id()),
                      Quoted.of(b.bucket()),
                      Quoted.of(a.prefix()),
                      Quoted.of(b.prefix()))
              + " with the other: each would delete the other's backups");
    }
    if (first instanceof DirectoryRemoteConfig a
        && second instanceof DirectoryRemoteConfig b
        && isSameDirectory(a.path(), b.path())) {
      problems.error(
          position,
          "the remotes %s and %s are the same directory %s"
              .formatted(Quoted.of(a.id()), Quoted.of(b.id()), Quoted.of(b.path().toString())));
    }
  }

  /** Links and bind mounts give one directory several paths. One that is away is told later. */
  private static boolean isSameDirectory(Path a, Path b) {
    try {
      return a.equals(b) || Files.isSameFile(a, b);
    } catch (IOException _) {
      return false;
    }
  }
}
