package org.btrfs2s3.core.verify;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to verify.
 *
 * @param sample which backups are looked at closely; the listing is always checked as a whole
 * @param today which the sample rotates by
 * @param source only this source; null for every one on the remote
 * @param scratch where the scratch file system of {@link Level#RESTORE} may lie; null at others
 * @param uploaded roots of the sources that are uploaded to the remote: it should have backups of
 *     each, and at least one of anything; null if nothing is expected
 */
public record VerifyOptions(
    Level level,
    Sample sample,
    LocalDate today,
    @Nullable UUID source,
    @Nullable Path scratch,
    @Nullable Set<Path> uploaded) {

  public VerifyOptions {
    uploaded = uploaded == null ? null : Set.copyOf(uploaded);
  }

  /** The same, where nothing is expected to be there. */
  public VerifyOptions(
      Level level, Sample sample, LocalDate today, @Nullable UUID source, @Nullable Path scratch) {
    this(level, sample, today, source, scratch, null);
  }
}
