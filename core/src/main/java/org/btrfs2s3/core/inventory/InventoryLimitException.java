package org.btrfs2s3.core.inventory;

import java.io.IOException;

/** The names of a backup do not fit into the memory that they may take. */
public final class InventoryLimitException extends IOException {

  private static final long serialVersionUID = 1L;

  InventoryLimitException(int entries, long limit) {
    super(
        ("its tree has more entries than fit into the memory for them: %d take the limit of %d MiB;"
                + " set BTRFS2S3_HEAP to more than twice of what is needed, such as 4g")
            .formatted(entries, limit >> 20));
  }
}
