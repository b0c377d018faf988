package org.btrfs2s3.core.inventory;

import java.io.IOException;
import org.btrfs2s3.core.store.ObjectKey;

/** What a backup contains cannot be told, because it or one that it needs is damaged. */
public final class UnreadableBackupException extends IOException {

  private static final long serialVersionUID = 1L;

  UnreadableBackupException(ObjectKey key, IOException cause) {
    super("cannot read backup " + key + ": " + cause.getMessage(), cause);
  }
}
