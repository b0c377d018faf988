package org.btrfs2s3.core.sendstream;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a send stream while it flows past: header, framing, the checksum of every command,
 * paths, clone sources, identity, and END as the last thing. Invariant 1 rests on it: a stream that
 * {@link #finish} has not accepted must not become visible.
 *
 * <p>The bytes that were given to {@link #update} before a problem is found may be wrong already.
 * Holds one command at most (64 KiB of version 1, 1 MiB of version 2). For one thread.
 */
public final class SendStreamVerifier {

  private final Verification verification;
  private final Framing<SendStreamException> framing;

  private SendStreamVerifier(@Nullable StreamIdentity expected) {
    verification = new Verification(expected);
    framing = new Framing<>(verification);
  }

  /** For a stream that must be this one. */
  public static SendStreamVerifier expecting(StreamIdentity expected) {
    return new SendStreamVerifier(expected);
  }

  /** For a stream of whatever snapshot, in order to learn which it is. */
  public static SendStreamVerifier inspecting() {
    return new SendStreamVerifier(null);
  }

  /**
   * Takes the next bytes, which are not changed and not kept.
   *
   * @throws SendStreamException if the stream is refused; it stays so
   */
  public void update(byte[] bytes, int offset, int length) throws SendStreamException {
    framing.update(bytes, offset, length);
  }

  /**
   * Says that no more bytes come.
   *
   * @return what the stream is, all of it whole and undamaged
   * @throws SendStreamException if the stream is refused, or is not complete
   */
  public StreamIdentity finish() throws SendStreamException {
    framing.finish();
    return Objects.requireNonNull(verification.identity(), "END is never the first command");
  }

  /** What the stream says that it is, as soon as its first command was read. */
  public Optional<StreamIdentity> identity() {
    return Optional.ofNullable(verification.identity());
  }
}
