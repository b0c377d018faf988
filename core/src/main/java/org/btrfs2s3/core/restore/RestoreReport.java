package org.btrfs2s3.core.restore;

import java.util.List;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What became of a restore.
 *
 * @param restored the wanted ones that have their final name now
 * @param there the wanted ones that an earlier restore has made already
 * @param writable the name of the writable snapshot that was made; null if none was
 */
public record RestoreReport(
    List<RestoreMember> restored,
    List<RestoreMember> there,
    @Nullable String writable,
    List<Failure> failures) {

  public RestoreReport {
    restored = List.copyOf(restored);
    there = List.copyOf(there);
    failures = List.copyOf(failures);
  }
}
