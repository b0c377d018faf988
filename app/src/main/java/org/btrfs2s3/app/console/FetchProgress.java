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
 * Shows how far the objects are that are being fetched, and all of them together where that is
 * known, about twice a second. Safe for use by several threads.
 */
public final class FetchProgress implements MeteredStore.Meter, AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** All objects together, as a transfer and its name. */
  private static final String ALL = "all";

  private final LongSupplier nanoTime;

  /** Guarded by this, like all that follows. */
  private final UploadDisplay display;

  /** When what was shown. */
  private final Map<Object, Long> shown = new HashMap<>();

  /** How far objects are or were: what is read a second time does not count. */
  private final Map<ObjectKey, Long> positions = new HashMap<>();

  private long expected;
  private long fetched;

  public FetchProgress(UploadDisplay display) {
    this(display, System::nanoTime);
  }

  FetchProgress(UploadDisplay display, LongSupplier nanoTime) {
    this.display = display;
    this.nanoTime = nanoTime;
  }

  /**
   * From now on it is also shown how much of everything is fetched.
   *
   * @param bytes how much that is; it may be exceeded
   */
  public synchronized void expect(long bytes) {
    expected = bytes;
    fetched = 0;
    positions.clear();
  }

  @Override
  public synchronized void read(ObjectKey key, long position, long size) {
    name(key).ifPresent(name -> read(key, name, position, size));
  }

  private void read(ObjectKey key, String name, long position, long size) {
    long before = positions.getOrDefault(key, 0L);
    if (position > before) {
      positions.put(key, position);
      fetched += position - before;
    }
    if (expected > size && isTime(ALL)) {
      display.show(ALL, ALL, fetched, expected);
    }
    if (isTime(key)) {
      display.show(key, name, position, size);
    }
  }

  private boolean isTime(Object transfer) {
    long now = nanoTime.getAsLong();
    var last = shown.get(transfer);
    if (last != null && now - last < INTERVAL.toNanos()) {
      return false;
    }
    shown.put(transfer, now);
    return true;
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
