package org.btrfs2s3.core.content;

import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.Signers;

/**
 * The OpenPGP keys for reading backups.
 *
 * @param identities what decrypts them
 * @param signers who must have signed them
 */
public record ContentKeys(LockedIdentities identities, Signers signers) {

  public ContentKeys(Identities identities, Signers signers) {
    this(new LockedIdentities(() -> identities), signers);
  }

  /** For backups that are not encrypted, or where the lack of a key is to be reported. */
  public static ContentKeys none() {
    return new ContentKeys(Identities.none(), Signers.anyone());
  }
}
