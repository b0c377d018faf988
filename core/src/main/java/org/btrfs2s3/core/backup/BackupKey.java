package org.btrfs2s3.core.backup;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Object keys: {@code
 * <base>.ctim<time>.ctid<n>.uuid<uuid>.sndp<uuid>.prnt<uuid>.mdvn1.seqn0[.<suffix>]...} for a
 * backup in one object; {@code ….mdvn2.seqn<number>.atmp<attempt>[.<suffix>]...} for a segment of
 * one in several, {@code ….mdvn2.seqn<count>.atmp<attempt>.commit} for what makes a backup of them.
 *
 * <p>Written in this one form, read as liberally as the Python tool reads.
 */
public final class BackupKey {

  /** Stands for "no send parent". */
  static final UUID ZERO = new UUID(0, 0);

  /** What six digits can count. */
  public static final int MAX_SEGMENTS = 999_999;

  static final String COMMIT = ".commit";

  /** Follows {@link #COMMIT}. */
  static final String SIGNATURE = ".sig";

  private BackupKey() {}

  /**
   * The key of a backup in one object.
   *
   * @param zone the key shows its offset; UTC where that has seconds, which no reader accepts
   *     (local mean times; Monrovia until 1972)
   * @param contentSuffixes what the content is, each with its dot, such as {@code [".zst", ".gpg"]}
   * @throws IllegalArgumentException if the key could not be read back, because of the base, a
   *     suffix, or a ctime outside the years 1 to 9999
   */
  public static String encode(
      String base, BackupIdentity identity, ZoneId zone, List<String> contentSuffixes) {
    String key = format(base, identity, readable(identity, zone)) + join(contentSuffixes);
    return checked(
        key, new ParsedKey.Known(label(base, identity, readable(identity, zone)), contentSuffixes));
  }

  /**
   * The key of a segment of a segmented backup.
   *
   * @param number from 0 to {@link #MAX_SEGMENTS} - 1
   * @throws IllegalArgumentException as {@link #encode}
   */
  public static String encodeSegment(
      String base,
      BackupIdentity identity,
      ZoneId zone,
      Attempt attempt,
      int number,
      List<String> contentSuffixes) {
    var offset = readable(identity, zone);
    String key = part(base, identity, offset, attempt, number) + join(contentSuffixes);
    return checked(
        key,
        new ParsedKey.Segment(label(base, identity, offset), attempt, number, contentSuffixes));
  }

  /**
   * The key of the object that makes a segmented backup of its segments.
   *
   * @param segments how many there are, from 1 to {@link #MAX_SEGMENTS}
   * @throws IllegalArgumentException as {@link #encode}
   */
  public static String encodeCommit(
      String base, BackupIdentity identity, ZoneId zone, Attempt attempt, int segments) {
    var offset = readable(identity, zone);
    String key = part(base, identity, offset, attempt, segments) + COMMIT;
    return checked(key, new ParsedKey.Commit(label(base, identity, offset), attempt, segments));
  }

  /**
   * The key of the detached signature of a commit object.
   *
   * @param commit the key of that object, wherever it is
   * @throws IllegalArgumentException if it is none
   */
  public static String signatureOfCommit(String commit) {
    if (!(decode(commit) instanceof ParsedKey.Commit)) {
      throw new IllegalArgumentException("not the key of a commit object: '" + commit + "'");
    }
    return commit + SIGNATURE;
  }

  private static String checked(String key, ParsedKey expected) {
    if (!decode(key).equals(expected)) {
      throw new IllegalArgumentException("this key could not be read back: '" + key + "'");
    }
    return key;
  }

  private static ZoneId readable(BackupIdentity identity, ZoneId zone) {
    int offset = zone.getRules().getOffset(identity.ctime()).getTotalSeconds();
    return offset % 60 == 0 ? zone : ZoneOffset.UTC;
  }

  private static BackupLabel label(String base, BackupIdentity identity, ZoneId zone) {
    return new BackupLabel(base, identity, zone.getRules().getOffset(identity.ctime()));
  }

  private static String join(List<String> contentSuffixes) {
    return String.join("", contentSuffixes);
  }

  /** The form itself, in the zone's own offset, whether or not anybody can read it. */
  static String format(String base, BackupIdentity identity, ZoneId zone) {
    return front(base, identity, zone) + ".mdvn1.seqn0";
  }

  private static String part(
      String base, BackupIdentity identity, ZoneId zone, Attempt attempt, int number) {
    return front(base, identity, zone)
        + String.format(Locale.ROOT, ".mdvn2.seqn%06d.atmp%s", number, attempt);
  }

  private static String front(String base, BackupIdentity identity, ZoneId zone) {
    UUID sendParent = identity.sendParent();
    return base
        + (".ctim" + IsoTime.format(identity.ctime(), zone))
        + (".ctid" + identity.ctransid())
        + (".uuid" + identity.uuid())
        + (".sndp" + (sendParent == null ? ZERO : sendParent))
        + (".prnt" + identity.source());
  }

  /** Reads a key, by its last component alone. Any string will do. */
  public static ParsedKey decode(String key) {
    return KeyDecoder.decode(key);
  }
}
