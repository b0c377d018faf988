package org.btrfs2s3.app.console;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves when it is told to. */
final class SettableClock implements InstantSource {

  private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

  void advance(long seconds) {
    now = now.plusSeconds(seconds);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
