package org.btrfs2s3.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The backups of one source among the keys of a remote, read without the program's own codec. */
public final class StoredBackups {
  private static final Pattern KEY =
      Pattern.compile(
          ".*[.]uuid(?<uuid>[0-9a-f-]{36})[.].*[.]prnt(?<source>[0-9a-f-]{36})[.]"
              + "mdvn(?<version>[12])[.]seqn[0-9]+(?:[.]atmp(?<attempt>[0-9a-f]{16}))?(?<rest>.*)");

  private final Map<UUID, Set<String>> attempts = new HashMap<>();
  private final Map<UUID, Integer> whole = new HashMap<>();

  private StoredBackups() {}

  public static StoredBackups of(UUID source, Collection<String> keys) {
    StoredBackups backups = new StoredBackups();
    keys.stream()
        .map(KEY::matcher)
        .filter(Matcher::matches)
        .filter(key -> key.group("source").equals(source.toString()))
        .forEach(backups::add);
    return backups;
  }

  private void add(Matcher key) {
    UUID uuid = UUID.fromString(key.group("uuid"));
    boolean segmented = key.group("version").equals("2");
    // An object by itself is an attempt of its own.
    String attempt = segmented ? key.group("attempt") : key.group();
    attempts.computeIfAbsent(uuid, any -> new TreeSet<>()).add(attempt);
    if (!segmented || key.group("rest").equals(".commit")) {
      whole.merge(uuid, 1, Integer::sum);
    }
  }

  /** Of everything that is committed. */
  public Set<UUID> uuids() {
    return Set.copyOf(whole.keySet());
  }

  /** No backup is there twice, and nothing is there of one that was never committed. */
  public void assertNoLeftovers() {
    List<UUID> twice =
        attempts.entrySet().stream()
            .filter(backup -> backup.getValue().size() > 1)
            .map(Map.Entry::getKey)
            .collect(Collectors.toList());
    assertThat(twice).as("backups with several objects or attempts").isEmpty();
    assertThat(attempts.keySet()).as("begun and committed").isEqualTo(uuids());
  }
}
