package org.btrfs2s3.core.backup;

import java.nio.charset.StandardCharsets;

/**
 * The hash of a send stream that metadata and commit objects show: SHA-256 over the id of the
 * attempt and the stream. It differs for equal streams of different attempts; but the id stands in
 * the key, so that a reader of the bucket who can guess the whole stream can confirm the guess. For
 * one thread.
 */
public final class RawHash {

  private final Sha256 sum = new Sha256();

  public RawHash(Attempt attempt) {
    var id = attempt.id().getBytes(StandardCharsets.US_ASCII);
    sum.update(id, 0, id.length);
  }

  public void update(byte[] bytes, int offset, int length) {
    sum.update(bytes, offset, length);
  }

  /** Of the bytes so far, in lower-case hexadecimal. */
  public String soFar() {
    return sum.soFar();
  }
}
