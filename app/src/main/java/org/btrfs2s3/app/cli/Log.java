package org.btrfs2s3.app.cli;

import org.slf4j.simple.SimpleLogger;

/** The log, on standard error. What does not change stands in {@code simplelogger.properties}. */
final class Log {

  private Log() {}

  /** Has an effect only before the first logger is made. */
  static void configure(boolean verbose) {
    if (verbose) {
      System.setProperty(SimpleLogger.LOG_KEY_PREFIX + "org.btrfs2s3", "debug");
      System.setProperty(SimpleLogger.SHOW_THREAD_NAME_KEY, "true");
      System.setProperty(SimpleLogger.SHOW_SHORT_LOG_NAME_KEY, "true");
    }
  }
}
