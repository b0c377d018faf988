package org.btrfs2s3.core.reseed;

import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What became of a run.
 *
 * @param copied those that were made visible, each with what is known of its content
 * @param bytes that were copied
 * @param sample the backup that was read once more from its new place and found whole; null if none
 *     was, of which {@code notes} says why
 */
public record ReseedReport(
    ReseedPlan plan,
    Map<ReseedItem, Assurance> copied,
    long bytes,
    @Nullable ReseedItem sample,
    List<String> notes,
    List<Failure> failures) {
  public ReseedReport {
    copied = Map.copyOf(copied);
    notes = List.copyOf(notes);
    failures = List.copyOf(failures);
  }

  /** Whether anything is as it was asked for. */
  public boolean succeeded() {
    return !copied.isEmpty()
        || plan.items().stream().anyMatch(item -> item.way() == Way.ALREADY_THERE)
        || (plan.items().isEmpty() && failures.isEmpty());
  }
}
