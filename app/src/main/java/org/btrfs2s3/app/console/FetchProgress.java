package org.btrfs2s3.app.console;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.store.MeteredStore;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Shows how far the objects are that are being fetched, about twice a second. Safe for use by
 * several threads.
 */
public final class FetchProgress implements MeteredStore.Meter, AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final LongSupplier nanoTime;

  /** Guarded by this, like all that follows. */
  private final UploadDisplay display;

  /** When what was shown. */
  private final Map<ObjectKey, Long> shown = new HashMap<>();

  public FetchProgress(UploadDisplay display) {
    this(display, System::nanoTime);
  }

  FetchProgress(UploadDisplay display, LongSupplier nanoTime) {
    this.display = display;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void read(ObjectKey key, long position, long size) {
    long now = nanoTime.getAsLong();
    var last = shown.get(key);
    if (last == null || now - last >= INTERVAL.toNanos()) {
      shown.put(key, now);
      name(key).ifPresent(name -> display.show(key, name, position, size));
    }
  }

  @Override
  public synchronized void end(ObjectKey key) {
    shown.remove(key);
    display.end(key);
  }

  @Override
  public synchronized void close() {
    display.close();
  }

  /** What holds a part of a stream has one; keys are too long to be shown. */
  private static Optional<String> name(ObjectKey key) {
    return switch (BackupKey.decode(key.value())) {
      case ParsedKey.Known known -> Optional.of(name(known.label()));
      case ParsedKey.Segment segment ->
          Optional.of(name(segment.label()) + " segment " + segment.number());
      case ParsedKey.Commit _,
          ParsedKey.CommitSignature _,
          ParsedKey.Foreign _,
          ParsedKey.Unsupported _ ->
          Optional.empty();
    };
  }

  private static String name(BackupLabel label) {
    return Printable.line(label.base() + " " + ShownTime.of(label));
  }
}
