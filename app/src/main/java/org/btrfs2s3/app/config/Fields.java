package org.btrfs2s3.app.config;

import org.jspecify.annotations.Nullable;

/** The fields of a mapping whose keys are all allowed where it stands. */
final class Fields {

  /** Keys for the user's own use, such as a place for anchors. */
  private static final String IGNORED_PREFIX = "x-";

  private final Node.Mapping mapping;
  private final KeySet keys;
  private final Problems problems;

  /** Reports every key that is not allowed. */
  Fields(Node.Mapping mapping, KeySet keys, Problems problems) {
    this.mapping = mapping;
    this.keys = keys;
    this.problems = problems;
    mapping.fields().values().forEach(this::check);
  }

  Position position() {
    return mapping.position();
  }

  /** Null if it is absent. */
  @Nullable Field optional(String key) {
    return mapping.fields().get(key);
  }

  /** Null if it is absent, which is reported. */
  @Nullable Field required(String key) {
    Field field = optional(key);
    if (field == null) {
      problems.error(position(), "the key '%s' is missing in %s".formatted(key, keys.place()));
    }
    return field;
  }

  private void check(Field field) {
    String key = field.key();
    if (keys.known().contains(key) || key.startsWith(IGNORED_PREFIX)) {
      return;
    }
    problems.error(
        field.position(),
        "unknown key %s in %s%s (allowed: %s)"
            .formatted(
                Quoted.of(key),
                keys.place(),
                Nearest.hint(key, keys.known()),
                String.join(", ", keys.known())));
  }
}
