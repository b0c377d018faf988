package org.btrfs2s3.core.reseed;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;

/**
 * What the final check of a reseeding looked at and found.
 *
 * @param listing of everything that the remote holds; null if it could not be listed
 * @param content of one backup that was brought; null if none was, or the remote could not be
 *     listed
 * @param whole that backup, if all of it was read and is what it should be; else null
 * @param notes what the user should know of the rest of the remote, and of what was not looked at
 * @param failures what is not as it should be after this run
 */
public record FinalReport(
    @Nullable VerifyReport listing,
    @Nullable VerifyReport content,
    @Nullable StoredBackup whole,
    List<String> notes,
    List<Failure> failures) {
  public FinalReport {
    notes = List.copyOf(notes);
    failures = List.copyOf(failures);
  }

  /** Everything there that cannot be restored, as far as was looked. */
  public Set<UUID> unrestorable() {
    Set<UUID> all = new HashSet<>();
    if (listing != null) {
      all.addAll(listing.unrestorable());
    }
    if (content != null) {
      all.addAll(content.unrestorable());
    }
    return all;
  }
}
