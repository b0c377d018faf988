package org.btrfs2s3.core.restore;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.store.Archive;
import org.btrfs2s3.core.store.RetrievalTier;

/** Words about frozen objects: how many they are, what can be done, and how long that takes. */
final class ThawAdvice {

  private ThawAdvice() {}

  /** Something is frozen, and nobody asked for a thaw. */
  static RestoreException frozen(ColdObjects cold) {
    return new RestoreException(
        """
        cannot fetch yet: %s frozen in cold storage%s. Nothing was fetched, and nothing was asked for.
        With --thaw, the same command has all of them thawed, waits, and restores; with --thaw --no-wait it \
        ends at once and is to be run again. It takes, usually, by --tier:
        %s
        The remote charges for each thaw, for expedited most; the copies stay for --days."""
            .formatted(
                share(cold.frozen(), cold),
                cold.thawing().isEmpty()
                    ? ""
                    : ", and %d are being thawed".formatted(cold.thawing().size()),
                lines(cold)));
  }

  /** Everything that cannot be read is being thawed, and nobody asked to wait. */
  static NotYetException thawing(ColdObjects cold) {
    return new NotYetException(
        "not yet: %s being thawed; run the same command again later, or with --thaw, which waits"
            .formatted(share(cold.thawing(), cold)));
  }

  /** A thaw is under way that is not to be waited for. */
  static NotYetException notYet(ColdObjects cold) {
    List<ColdObject> unreadable =
        Stream.concat(cold.frozen().stream(), cold.thawing().stream()).toList();
    return new NotYetException(
        "not yet: %s being thawed; run the same command again later. It takes, usually:\n%s"
            .formatted(share(unreadable, cold), lines(cold)));
  }

  /** Something lies where the tier is not to be had. */
  static RestoreException notOffered(RetrievalTier tier, long objects, Archive archive) {
    return new RestoreException(
        ("cannot thaw with --tier %s: %d object(s) lie in %s, which offers %s."
                + " Nothing was asked for; choose another --tier")
            .formatted(tier, objects, archive, times(archive)));
  }

  private static String share(List<ColdObject> some, ColdObjects cold) {
    return "%d of the %d objects to fetch (%s) %s"
        .formatted(
            some.size(),
            cold.total(),
            ShownBytes.of(ColdObjects.bytes(some)),
            some.size() == 1 ? "is" : "are");
  }

  private static String lines(ColdObjects cold) {
    return cold.archives().entrySet().stream()
        .map(ThawAdvice::line)
        .collect(Collectors.joining("\n"));
  }

  private static String line(Map.Entry<Archive, Long> where) {
    return "  %s (%d): %s".formatted(where.getKey(), where.getValue(), times(where.getKey()));
  }

  /** As Amazon gives them, for all but the largest objects. */
  private static String times(Archive archive) {
    return archive.isDeep()
        ? "standard 12 h, bulk 48 h"
        : "expedited 1 to 5 min, standard 3 to 5 h, bulk 5 to 12 h";
  }
}
