package org.btrfs2s3.policy;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/** A {@link Kept} in the making. */
final class Keep<T> {

  final T item;
  final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  final Set<Flag> flags = EnumSet.noneOf(Flag.class);
  final Set<TimeSpan> spans = new LinkedHashSet<>();
  final Set<UUID> neededBy = new LinkedHashSet<>();

  Keep(T item) {
    this.item = item;
  }

  Keep<T> because(Reason reason) {
    reasons.add(reason);
    return this;
  }

  Keep<T> preserved(TimeSpan span) {
    spans.add(span);
    return because(Reason.PRESERVED);
  }

  Keep<T> flag(Flag flag) {
    flags.add(flag);
    return this;
  }

  Kept<T> toKept() {
    return new Kept<>(item, reasons, flags, spans, neededBy);
  }
}
