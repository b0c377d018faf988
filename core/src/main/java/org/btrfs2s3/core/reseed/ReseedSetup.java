package org.btrfs2s3.core.reseed;

import java.util.List;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.verify.SourcePlace;

/**
 * What is copied from where to where.
 *
 * @param sources of the configuration, whether or not they are there
 * @param toolVersion goes into the metadata of what is encoded anew
 */
public record ReseedSetup(
    End from, End to, UploadEntries entries, List<SourcePlace> sources, String toolVersion) {
  /** One of the two remotes, and what decodes its backups. */
  public record End(RemoteId id, BackupStore store, ContentReader reader) {}

  public ReseedSetup {
    sources = List.copyOf(sources);
  }
}
