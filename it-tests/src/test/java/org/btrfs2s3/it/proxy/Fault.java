package org.btrfs2s3.it.proxy;

import java.util.concurrent.CountDownLatch;

/** What happens to one request on its way. */
public sealed interface Fault {

  /** Nothing: it is passed on, and so is its answer. */
  record None() implements Fault {}

  /** Where a connection breaks. */
  enum Point {
    /** The server never hears of the request. */
    BEFORE_REQUEST,
    /** The server gets some of the body. */
    IN_REQUEST,
    /** The server does what it is asked, and the client never learns that. */
    BEFORE_ANSWER,
    /** The client gets some of the answer's body. */
    IN_ANSWER,
    /** The client has the whole answer. */
    AFTER_ANSWER
  }

  /**
   * The connections to both sides are reset.
   *
   * @param bytes of the body that still pass, if it happens within one
   * @param before what is done first
   */
  record Cut(Point point, long bytes, Runnable before) implements Fault {
    public static Cut at(Point point) {
      return new Cut(point, 0, () -> {});
    }

    public Cut after(long passed) {
      return new Cut(point, passed, before);
    }

    /** Does something to the client at that moment, while it waits. */
    public Cut doing(Runnable action) {
      return new Cut(point, bytes, action);
    }
  }

  /**
   * The client is given this answer instead of the server's. 200 with a code is what S3 says of a
   * CompleteMultipartUpload that failed after it had begun to answer.
   *
   * @param code of S3, such as SlowDown
   * @param executed whether the server did all the same what it was asked
   */
  record Answer(int status, String code, boolean executed) implements Fault {}

  /**
   * The first bytes of both bodies pass at this rate.
   *
   * @param bytes how many of each; the rest passes at once
   */
  record Trickle(int bytesPerSecond, long bytes) implements Fault {}

  /** Passes only when this has been counted down, or never. */
  record Hold(CountDownLatch gate) implements Fault {
    public static Hold forEver() {
      return new Hold(new CountDownLatch(1));
    }
  }
}
