package org.btrfs2s3.app.console;

import java.time.Duration;
import java.util.Optional;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.restore.ColdObjects;
import org.btrfs2s3.core.restore.ThawEvent;

/** What a thaw does. It takes hours, of which only the news is told. Used by one thread. */
public final class ThawText {

  /** After so long without news there is a sign of life. */
  private static final Duration LONGEST_SILENCE = Duration.ofHours(1);

  private int told = -1;
  private Duration silence = Duration.ZERO;

  /** What a dry run shows; nothing if everything can be read. */
  public static Optional<String> of(ColdObjects cold) {
    return cold.areReadable()
        ? Optional.empty()
        : Optional.of(
            "%d of them in cold storage, %s: %d frozen, %d being thawed; to be restored with --thaw"
                .formatted(
                    cold.objects().size(),
                    ShownBytes.of(ColdObjects.bytes(cold.objects())),
                    cold.frozen().size(),
                    cold.thawing().size()));
  }

  /** One line, if there is something to tell. */
  public Optional<String> of(ThawEvent event) {
    return switch (event) {
      case ThawEvent.Asked asked ->
          Optional.of(
              "asked for the thaw of %d object(s), %s, tier %s"
                  .formatted(asked.objects(), ShownBytes.of(asked.bytes()), asked.tier()));
      case ThawEvent.Waiting waiting -> waiting(waiting);
      case ThawEvent.Ready ready ->
          Optional.of(
              "all %d object(s) in cold storage can be read%s"
                  .formatted(
                      ready.objects(), ready.until() == null ? "" : " until " + ready.until()));
    };
  }

  private Optional<String> waiting(ThawEvent.Waiting waiting) {
    boolean isNews = waiting.readable() != told || silence.compareTo(LONGEST_SILENCE) >= 0;
    silence = isNews ? waiting.pause() : silence.plus(waiting.pause());
    told = waiting.readable();
    return isNews
        ? Optional.of(
            "thawing: %d of %d object(s) can be read; looking again every %s"
                .formatted(waiting.readable(), waiting.objects(), Words.duration(waiting.pause())))
        : Optional.empty();
  }
}
