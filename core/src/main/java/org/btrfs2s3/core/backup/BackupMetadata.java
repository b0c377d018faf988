package org.btrfs2s3.core.backup;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;

/**
 * What an object's user metadata say of it, so that it can be told after it was renamed or copied.
 * Keys alone suffice for everything else.
 *
 * @param encoding how the stream became the content: {@code none}, {@code zstd,openpgp}, {@code
 *     pipe}
 * @param version the version of this tool that wrote it
 */
public record BackupMetadata(BackupIdentity identity, String encoding, String version) {

  private static final String UUID_NAME = "btrfs2s3-uuid";
  private static final String SOURCE = "btrfs2s3-parent-uuid";
  private static final String SEND_PARENT = "btrfs2s3-send-parent-uuid";
  private static final String CTRANSID = "btrfs2s3-ctransid";
  private static final String CTIME = "btrfs2s3-ctime";
  private static final String ENCODING = "btrfs2s3-encoding";
  private static final String VERSION = "btrfs2s3-version";

  /** As user metadata, all in ASCII. A full backup's send parent is all zero, as in the key. */
  public Map<String, String> toMap() {
    UUID sendParent = identity.sendParent();
    return Map.of(
        UUID_NAME, identity.uuid().toString(),
        SOURCE, identity.source().toString(),
        SEND_PARENT, (sendParent == null ? BackupKey.ZERO : sendParent).toString(),
        CTRANSID, identity.ctransid().toString(),
        CTIME, identity.ctime().toString(),
        ENCODING, encoding,
        VERSION, version);
  }

  /** The identity, unless some of it is missing or unreadable. */
  public static Optional<BackupIdentity> identityIn(Map<String, String> metadata) {
    if (!metadata.keySet().containsAll(List.of(UUID_NAME, SOURCE, SEND_PARENT, CTRANSID, CTIME))) {
      return Optional.empty();
    }
    try {
      var sendParent = UUID.fromString(metadata.get(SEND_PARENT));
      return Optional.of(
          new BackupIdentity(
              UUID.fromString(metadata.get(UUID_NAME)),
              UUID.fromString(metadata.get(SOURCE)),
              sendParent.equals(BackupKey.ZERO) ? null : sendParent,
              new Ctransid(new BigInteger(metadata.get(CTRANSID))),
              Instant.parse(metadata.get(CTIME))));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty(); // Somebody else's metadata.
    }
  }

  /** How the content was encoded, if the metadata say so. */
  public static Optional<String> encodingIn(Map<String, String> metadata) {
    return Optional.ofNullable(metadata.get(ENCODING));
  }

  /** The version of this tool that wrote the object, if the metadata say so. */
  public static Optional<String> versionIn(Map<String, String> metadata) {
    return Optional.ofNullable(metadata.get(VERSION));
  }
}
