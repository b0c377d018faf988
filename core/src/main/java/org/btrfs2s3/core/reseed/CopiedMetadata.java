package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.store.ObjectDetails;

/** The user metadata of a copy: those of the original, and which upload that was. */
final class CopiedMetadata {
  /** Every store gives each upload one. */
  private static final String UPLOAD_ID = "btrfs2s3-upload-id";

  private static final String ORIGIN = "btrfs2s3-copy-of-upload";

  private CopiedMetadata() {}

  /**
   * For a copy.
   *
   * @throws IOException if the object says of itself that it is of another backup
   */
  static Map<String, String> of(ObjectDetails original, BackupIdentity identity)
      throws IOException {
    var told = BackupMetadata.identityIn(original.metadata());
    if (told.isPresent() && !told.get().equals(identity)) {
      throw new IOException(
          "%s says of itself that it is of backup %s, not of %s as its key says"
              .formatted(original.object().key(), told.get().uuid(), identity.uuid()));
    }
    Map<String, String> metadata = new HashMap<>(original.metadata());
    metadata.remove(ORIGIN);
    var upload = metadata.remove(UPLOAD_ID);
    if (upload != null) {
      metadata.put(ORIGIN, upload);
    }
    return metadata;
  }
}
