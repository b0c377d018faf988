package org.btrfs2s3.core.restore;

import java.util.List;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a restore.
 *
 * @param restored the wanted ones that have their final name now
 */
public record RestoreReport(List<RestoreMember> restored, List<Failure> failures) {

  public RestoreReport {
    restored = List.copyOf(restored);
    failures = List.copyOf(failures);
  }
}
