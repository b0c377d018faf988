package org.btrfs2s3.core.restore;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.btrfs2s3.core.btrfs.EntryName;

/**
 * The name, in the private directory, of something that a restore has not published: {@code <uuid
 * of the backup>.<random uuid>.<seal>}, and {@code .done} behind it as soon as it is complete and
 * on disk. Under a name without that may lie anything, after a power cut even what looks complete.
 *
 * @param id the random UUID under which it is received
 * @param seal under which conditions its content is accepted
 */
record HiddenName(UUID backup, UUID id, Seal seal, boolean done) {

  private static final String DONE = ".done";
  private static final String LENT = "lent.";
  private static final String UUID_PATTERN = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
  private static final Pattern PATTERN =
      Pattern.compile(
          UUID_PATTERN + "[.]" + UUID_PATTERN + "[.]([0-9a-z]+)(" + Pattern.quote(DONE) + ")?");

  /** For something new. */
  static HiddenName unfinished(UUID backup, Seal seal) {
    return new HiddenName(backup, UUID.randomUUID(), seal, false);
  }

  /** For a snapshot that serves as send parent in this run, and never in another one. */
  static EntryName lent(UUID id) {
    return EntryName.of(LENT + id);
  }

  /** Whether something is such a snapshot. What it was made of is elsewhere, and stays. */
  static boolean isLent(EntryName name) {
    return name.latin1().startsWith(LENT);
  }

  HiddenName finished() {
    return new HiddenName(backup, id, seal, true);
  }

  static Optional<HiddenName> parse(EntryName name) {
    var matcher = PATTERN.matcher(name.latin1());
    return matcher.matches()
        ? Optional.of(
            new HiddenName(
                UUID.fromString(matcher.group(1)),
                UUID.fromString(matcher.group(2)),
                new Seal(matcher.group(3)),
                matcher.group(4) != null))
        : Optional.empty();
  }

  EntryName entry() {
    return EntryName.of(toString());
  }

  @Override
  public String toString() {
    return backup + "." + id + "." + seal.text() + (done ? DONE : "");
  }
}
