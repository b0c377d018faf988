package org.btrfs2s3.policy;

import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For each time span the item in it with the smallest ctransid; of equal ones the first of the
 * input.
 */
final class Nominal<T extends PointInTime> {

  private final PreservationPolicy policy;
  private final ZoneId zone;
  private final Map<TimeSpan, T> items = new HashMap<>();

  Nominal(Collection<T> all, PreservationPolicy policy, ZoneId zone) {
    this.policy = policy;
    this.zone = zone;
    for (T item : all) {
      for (TimeSpan span : policy.spansOf(item.ctime(), zone)) {
        items.merge(span, item, Nominal::older);
      }
    }
  }

  private static <T extends PointInTime> T older(T first, T second) {
    return first.ctransid().isAfter(second.ctransid()) ? second : first;
  }

  @Nullable T of(TimeSpan span) {
    return items.get(span);
  }

  /**
   * What a differential backup of {@code item} is sent against: the nominal item of the shortest
   * timeframe longer than all those for which it is nominal itself; null if it is for the longest.
   */
  @Nullable T parentOf(T item) {
    @Nullable T parent = null;
    for (TimeSpan span : policy.spansOf(item.ctime(), zone)) {
      T nominal = items.get(span);
      if (nominal == null || nominal.uuid().equals(item.uuid())) {
        return parent;
      }
      parent = nominal;
    }
    return parent;
  }
}
