package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** What can be wrong with backups in segments. */
final class SegmentDamages {

  private static final String OTHER_BACKUP = "its commit object is that of another backup";

  private final Damage.Place place;
  private final String commit;
  private final List<String> segments;
  private final String otherCommit;
  private final List<String> otherSegments;

  private SegmentDamages(BackedUpThrice backups) throws IOException {
    place = backups.segmented();
    commit = commit(backups.leaf());
    segments = segments(backups.leaf());
    otherCommit = commit(backups.middle());
    otherSegments = segments(backups.middle());
    assertThat(segments).hasSizeGreaterThan(1);
  }

  static List<Damage> of(BackedUpThrice backups) throws IOException {
    var damages = new SegmentDamages(backups);
    List<Damage> all = new ArrayList<>(damages.ofSegments());
    all.addAll(damages.ofCommitObject());
    return all;
  }

  private String commit(UUID uuid) throws IOException {
    return place.keys(uuid).stream()
        .filter(key -> key.endsWith(".commit"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> segments(UUID uuid) throws IOException {
    return place.keys(uuid).stream().filter(key -> !key.endsWith(".commit")).toList();
  }

  private List<Damage> ofSegments() throws IOException {
    String first = segments.get(0);
    String second = segments.get(1);
    byte[] whole = place.get(second);
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;
    byte[] json = place.get(commit);
    return List.of(
        new Damage(
            "a segment dropped",
            place,
            List.of(
                new Damage.Change(second, new byte[0], false),
                new Damage.Change(commit, json, true)),
            "1 of its segments are gone"),
        Damage.of(
            "a bit flipped in a segment", place, second, flipped, "openpgp -d: integrity check"),
        new Damage(
            "a segment truncated",
            place,
            List.of(
                new Damage.Change(second, Arrays.copyOf(whole, whole.length - 1), false),
                new Damage.Change(commit, json, true)),
            "of other segments"),
        swapped("two segments swapped", first, second),
        swapped("segments of two backups swapped", first, otherSegments.getFirst()));
  }

  private Damage swapped(String name, String one, String other) throws IOException {
    return new Damage(
        name,
        place,
        List.of(
            new Damage.Change(one, place.get(other), true),
            new Damage.Change(other, place.get(one), false)),
        "does not begin as a btrfs send stream|is snapshot .*; expected was|of other segments");
  }

  private List<Damage> ofCommitObject() throws IOException {
    byte[] json = place.get(commit);
    return List.of(
        new Damage(
            "commit objects of two backups swapped",
            place,
            List.of(
                new Damage.Change(commit, place.get(otherCommit), true),
                new Damage.Change(otherCommit, json, true)),
            OTHER_BACKUP),
        Damage.of(
            "the commit object cut off",
            place,
            commit,
            Arrays.copyOf(json, json.length / 2),
            "cannot use its commit object"),
        Damage.of(
            "the commit object tells of another size",
            place,
            commit,
            replaced(json, "\"size\" : [0-9]", "\"size\" : 99"),
            OTHER_BACKUP));
  }

  private static byte[] replaced(byte[] json, String regex, String replacement) {
    String text = new String(json, StandardCharsets.UTF_8);
    String changed = text.replaceFirst(regex, replacement);
    assertThat(changed).isNotEqualTo(text);
    return changed.getBytes(StandardCharsets.UTF_8);
  }
}
