package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.content.UndecodableException;
import org.btrfs2s3.core.content.UnsignedException;
import org.btrfs2s3.core.pipeline.FailedCommandException;
import org.btrfs2s3.core.pipeline.LikelyFormat;
import org.btrfs2s3.core.pipeline.MissingCommandException;
import org.btrfs2s3.core.pipeline.MissingKeyException;
import org.btrfs2s3.core.pipeline.UnacceptedSignatureException;
import org.btrfs2s3.core.store.RemoteException;

/** What a failure to read an object says of the object. */
public enum Trouble {
  /** What is stored is not what it should be. */
  DAMAGE,
  /** A command of the configuration failed at it, be it because of the object or by itself. */
  COMMAND_FAILED,
  /** A signature that is demanded is missing, or by another key. */
  UNSIGNED,
  /** It is not there. */
  GONE,
  /** Nothing is known of it: there is no key or command for it. */
  UNDECODABLE,
  /** Nothing is known of it: the remote did not give it. */
  UNREADABLE;

  private static final int DEEPEST_CAUSE = 20;

  /** The encoding of objects that went through nothing. */
  private static final String PLAIN = "none";

  /**
   * Looks at what caused it.
   *
   * @param metadata of the object, as far as there are any
   */
  public static Trouble of(IOException failure, Map<String, String> metadata) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      switch (cause) {
        case RemoteException remote -> {
          return of(remote);
        }
        case UnsignedException _, UnacceptedSignatureException _ -> {
          return UNSIGNED;
        }
        case MissingKeyException _, MissingCommandException _ -> {
          return UNDECODABLE;
        }
        case FailedCommandException _ -> {
          return COMMAND_FAILED;
        }
        case UndecodableException undecodable -> {
          boolean shouldBePlain =
              BackupMetadata.encodingIn(metadata).equals(Optional.of(PLAIN))
                  && undecodable.format() == LikelyFormat.UNKNOWN;
          return shouldBePlain ? DAMAGE : UNDECODABLE;
        }
        default -> cause = cause.getCause();
      }
    }
    return DAMAGE;
  }

  static Trouble of(RemoteException failure) {
    if (failure.kind() == RemoteException.Kind.NOT_FOUND) {
      return GONE;
    }
    return failure.kind() == RemoteException.Kind.INTEGRITY ? DAMAGE : UNREADABLE;
  }
}
