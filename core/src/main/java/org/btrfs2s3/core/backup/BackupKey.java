package org.btrfs2s3.core.backup;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Object keys: {@code
 * <base>.ctim<time>.ctid<n>.uuid<uuid>.sndp<uuid>.prnt<uuid>.mdvn1.seqn0[.<suffix>]...}
 *
 * <p>Written in this one form, read as liberally as the Python tool reads.
 */
public final class BackupKey {

  /** Stands for "no send parent". */
  static final UUID ZERO = new UUID(0, 0);

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
    int offset = zone.getRules().getOffset(identity.ctime()).getTotalSeconds();
    ZoneId readable = offset % 60 == 0 ? zone : ZoneOffset.UTC;
    String key = format(base, identity, readable) + String.join("", contentSuffixes);
    if (!(decode(key) instanceof ParsedKey.Known known)
        || !known.base().equals(base)
        || !known.identity().equals(identity)
        || !known.contentSuffixes().equals(contentSuffixes)) {
      throw new IllegalArgumentException("this key could not be read back: '" + key + "'");
    }
    return key;
  }

  /** The form itself, in the zone's own offset, whether or not anybody can read it. */
  static String format(String base, BackupIdentity identity, ZoneId zone) {
    UUID sendParent = identity.sendParent();
    return base
        + (".ctim" + IsoTime.format(identity.ctime(), zone))
        + (".ctid" + identity.ctransid())
        + (".uuid" + identity.uuid())
        + (".sndp" + (sendParent == null ? ZERO : sendParent))
        + (".prnt" + identity.source())
        + ".mdvn1.seqn0";
  }

  /** Reads a key, by its last component alone. Any string will do. */
  public static ParsedKey decode(String key) {
    return KeyDecoder.decode(key);
  }
}
