package org.btrfs2s3.policy;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * A snapshot or a backup that is kept, and why.
 *
 * @param item a {@link Snapshot} or a {@link Backup}; the latter need not exist yet
 * @param spans the preserved time spans that it fills
 * @param neededBy the kept backups whose send parent it is; empty for a snapshot
 */
public record Kept<T>(
    T item, Set<Reason> reasons, Set<Flag> flags, Set<TimeSpan> spans, Set<UUID> neededBy) {

  public Kept {
    reasons = copy(reasons);
    flags = copy(flags);
    spans = copy(spans);
    neededBy = copy(neededBy);
  }

  /** Unlike {@code Set.copyOf}, in the same order. */
  private static <E> Set<E> copy(Collection<E> elements) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
  }
}
