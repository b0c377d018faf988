package org.btrfs2s3.core.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A remote did not do what was asked. The adapter that talks to the remote sorts the cause into a
 * {@link Kind} once; nobody above it looks at the cause again.
 *
 * <p>The message says what was attempted, on what, what happened and, where it helps, what to do
 * next. It never holds a secret.
 */
public final class RemoteException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What can be expected of another try. */
  public enum Kind {
    /** The bucket, the directory, its marker or the object is not there. */
    NOT_FOUND,
    /** Wrong credentials, or no permission. */
    DENIED,
    /** The same request may succeed later: network, throttling, 5xx. */
    TRANSIENT,
    /** An object with the key exists. */
    CONFLICT,
    /** What is stored is not what was sent, or shorter than promised. */
    INTEGRITY,
    /** The object is there, but cannot be read before it was thawed: {@link ColdStorage}. */
    FROZEN,
    /** The remote refuses this request for good: invalid, too large, no space, not supported. */
    REFUSED
  }

  private final Kind kind;

  public RemoteException(Kind kind, String message) {
    this(kind, message, null);
  }

  public RemoteException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether nothing else is to be had of the remote now either. */
  public boolean isAway() {
    return kind == Kind.TRANSIENT || kind == Kind.DENIED;
  }

  /** Whether the same request could succeed later without anybody doing anything. */
  public boolean isTransient() {
    return kind == Kind.TRANSIENT;
  }
}
