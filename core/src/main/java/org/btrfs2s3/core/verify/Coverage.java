package org.btrfs2s3.core.verify;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What should be there to be verified, and is not. That all of nothing is right would be told of an
 * emptied bucket, and of a wrong prefix, too (invariant 9).
 *
 * @param location of the remote
 * @param source only this source; null for every one
 */
record Coverage(Inventory inventory, Findings findings, String location, @Nullable UUID source) {

  /**
   * Tells of what is missing as a whole.
   *
   * @param uploaded the sources of which the remote should have backups, by their roots
   */
  void require(Map<Path, UUID> uploaded) {
    Set<UUID> there = new HashSet<>(inventory.sources());
    there.addAll(inventory.unsupportedSources());
    boolean told = false;
    for (var one : uploaded.entrySet()) {
      boolean isWanted = source == null || source.equals(one.getValue());
      if (isWanted && !there.contains(one.getValue())) {
        findings.nothingThere(
            ("there is no backup of source %s (%s) in %s, where the configuration uploads it to: if"
                    + " its first upload has not ended yet, that is why; else look who deleted them,"
                    + " and whether bucket, prefix or directory are right")
                .formatted(one.getKey(), one.getValue(), location));
        told = true;
      }
    }
    if (there.isEmpty() && !told) {
      findings.nothingThere(
          "there is no backup%s in %s: check the place, with its prefix if it has one"
              .formatted(source == null ? "" : " of source " + source, location));
    }
  }
}
