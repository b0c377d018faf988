package org.btrfs2s3.core.backup;

import java.nio.charset.StandardCharsets;

/**
 * The hash of a send stream that metadata and commit objects show: SHA-256 over the id of the
 * attempt and the stream, so that who reads the bucket cannot compare it with anything. For one
 * thread.
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
