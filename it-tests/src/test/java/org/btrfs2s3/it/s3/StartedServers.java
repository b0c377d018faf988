package org.btrfs2s3.it.s3;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** The servers of this JVM: each is started once, and stopped when the JVM ends. */
final class StartedServers {
  /** Guarded by the class. */
  private static final Map<S3Engine, S3Server> RUNNING = new EnumMap<>(S3Engine.class);

  /**
   * Guarded by the class. Kept, so that a broken engine costs the time of one start, not one for
   * every test.
   */
  private static final Map<S3Engine, Exception> FAILED = new EnumMap<>(S3Engine.class);

  private StartedServers() {}

  static synchronized S3Server get(S3Engine engine) {
    S3Server running = RUNNING.get(engine);
    return running == null ? start(engine) : running;
  }

  private static S3Server start(S3Engine engine) {
    if (FAILED.containsKey(engine)) {
      throw new AssertionError(engine + " did not start", FAILED.get(engine));
    }
    try {
      S3Server server = engine.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop " + engine));
      RUNNING.put(engine, server);
      return server;
    } catch (Exception e) {
      FAILED.put(engine, e);
      throw new AssertionError(engine + " did not start", e);
    }
  }

  private static void stop(S3Server server) {
    try {
      server.close();
    } catch (IOException e) {
      System.err.println(e);
    }
  }
}
