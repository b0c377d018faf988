package org.btrfs2s3.core.content;

import java.io.IOException;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.MissingKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Secret keys that stay locked until something encrypted is to be read: a passphrase is asked for
 * only then, and only once. Safe for use by several threads.
 */
public final class LockedIdentities {

  /** Reads and unlocks the keys. */
  @FunctionalInterface
  public interface Unlocking {
    Identities unlock() throws IOException;
  }

  private final Unlocking unlocking;

  /** Guarded by this, like the failure. */
  private @Nullable Identities unlocked;

  private @Nullable IOException failure;

  public LockedIdentities(Unlocking unlocking) {
    this.unlocking = unlocking;
  }

  /**
   * The keys.
   *
   * @throws IOException if they cannot be unlocked; the same one each time, as nobody is asked
   *     twice
   */
  public synchronized Identities unlock() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (unlocked == null) {
      try {
        unlocked = unlocking.unlock();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
    return unlocked;
  }

  /**
   * The same, in the middle of the reading of something of which nobody knew before that it is
   * encrypted.
   *
   * @throws MissingKeyException if they cannot be unlocked: that says nothing of what is read
   */
  Identities unlockLate() throws MissingKeyException {
    try {
      return unlock();
    } catch (IOException e) {
      throw new MissingKeyException("it is encrypted, and " + e.getMessage(), e);
    }
  }
}
