package org.btrfs2s3.it.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.it.lab.Remote;

/**
 * Something that is done to a remote, and can be undone.
 *
 * @param cause what messages have to tell of it, as a regular expression
 */
record Damage(String name, Place place, List<Change> changes, String cause) {

  /**
   * A remote.
   *
   * @param id what it is called in the configuration
   */
  record Place(String id, Remote remote) {

    /** The object of a backup, or those of a segmented one, in order of their names. */
    List<String> keys(UUID uuid) throws IOException {
      return remote.keys().stream().filter(key -> key.contains(".uuid" + uuid + ".")).toList();
    }

    /** The only object of a backup. */
    String key(UUID uuid) throws IOException {
      List<String> keys = keys(uuid);
      if (keys.size() != 1) {
        throw new AssertionError(uuid + " has several objects, or none: " + keys);
      }
      return keys.getFirst();
    }

    byte[] get(String key) throws IOException {
      return remote.get(key);
    }

    private void put(String key, byte[] content) throws IOException {
      if (content.length > 0) {
        remote.put(key, content);
      } else {
        remote.delete(key);
      }
    }
  }

  /**
   * Of one object.
   *
   * @param content what is put there; an empty array deletes it
   * @param isNamed whether the messages must name it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Change(String key, byte[] content, boolean isNamed) {
    UUID uuid() {
      return uuidIn(key);
    }
  }

  static UUID uuidIn(String key) {
    return UUID.fromString(key.replaceFirst(".*[.]uuid([0-9a-f-]{36})[.].*", "$1"));
  }

  /** Of one object, which the messages must name. */
  static Damage of(String name, Place place, String key, byte[] content, String cause) {
    return new Damage(name, place, List.of(new Change(key, content, true)), cause);
  }

  List<String> named() {
    return changes.stream().filter(Change::isNamed).map(Change::key).toList();
  }

  /** Of which something is changed. */
  Set<UUID> backups() {
    return changes.stream().map(Change::uuid).collect(Collectors.toSet());
  }

  /** Something that may be done while it is there. */
  interface Examination {
    void run() throws IOException;
  }

  /** Does it, and undoes it, whatever happens meanwhile. */
  void during(Examination examination) throws IOException {
    SortedSet<String> before = place.remote().keys();
    List<Change> undoing = new ArrayList<>();
    for (var change : changes) {
      String key = change.key();
      undoing.add(new Change(key, before.contains(key) ? place.get(key) : new byte[0], false));
    }
    try {
      for (var change : changes) {
        place.put(change.key(), change.content());
      }
      examination.run();
    } finally {
      for (var change : undoing) {
        if (change.content().length > 0 || place.remote().keys().contains(change.key())) {
          place.put(change.key(), change.content());
        }
      }
    }
  }
}
