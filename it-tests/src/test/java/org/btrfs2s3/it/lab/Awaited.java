package org.btrfs2s3.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;

/** What tests already demand of the program, and the program does not do yet. */
public enum Awaited {
  /** Requests are repeated for as long as {@code retry_for} says, and dropped downloads resumed. */
  RETRY,
  /** Uploads that a killed run left are removed by the next. */
  JANITOR,
  /** Large backups are segmented, and resumed. */
  SEGMENTS;

  private static final Set<Awaited> NOT_YET = Set.of(RETRY, JANITOR, SEGMENTS);

  public boolean isThere() {
    return !NOT_YET.contains(this);
  }

  /** Skips the calling test until then. */
  public void orSkip() {
    assumeTrue(isThere(), () -> "not there yet: " + this);
  }
}
