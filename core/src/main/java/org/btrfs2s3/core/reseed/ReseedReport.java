package org.btrfs2s3.core.reseed;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What became of a run.
 *
 * @param copied those that were made visible, each with what is known of its content
 * @param unsigned those of them that were signed where they come from, and are not any more
 * @param bytes that were copied
 * @param check what the remote was found to hold at the end; null if nothing was to be found there
 * @param succeeded whether anything is as it was asked for, be it nothing
 */
public record ReseedReport(
    ReseedPlan plan,
    Map<ReseedItem, Assurance> copied,
    Set<ReseedItem> unsigned,
    long bytes,
    @Nullable FinalReport check,
    boolean succeeded,
    List<Failure> failures) {
  public ReseedReport {
    copied = Map.copyOf(copied);
    unsigned = Set.copyOf(unsigned);
    failures = List.copyOf(failures);
  }
}
