package org.btrfs2s3.core.verify;

import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Something that a verification found.
 *
 * @param uuid the backup that it is about; null if it is about none
 * @param source of that backup
 * @param key the object where it shows; null where none can be named
 * @param dependents the other backups that cannot be restored because of it, oldest first
 * @param message what is wrong
 * @param advice what to do; empty if there is nothing
 */
public record Finding(
    Severity severity,
    Kind kind,
    @Nullable UUID uuid,
    @Nullable UUID source,
    @Nullable ObjectKey key,
    List<UUID> dependents,
    String message,
    String advice) {

  /** What was found. */
  public enum Kind {
    /** Objects that are nothing that this version knows. */
    FOREIGN_OBJECTS,
    /** Another object of a backup that counts. */
    DUPLICATE,
    /** Another file with the key of an object of a directory. */
    SECOND_FILE,
    /** An upload that is under way, was interrupted, or was half deleted. */
    INCOMPLETE,
    /** Segments without a commit object that may be, or are, a backup which lost it. */
    COMMIT_MISSING,
    /** A committed backup lacks segments. */
    SEGMENTS_MISSING,
    /** Metadata in a directory tell of a backup of which there is no object. */
    HIDDEN,
    /** Backups were sent against one that is not there. */
    PARENT_MISSING,
    /** Backups are, by way of others, their own send parents. */
    CYCLE,
    /** An object without content. */
    EMPTY,
    /** An object is listed, but not there. */
    VANISHED,
    /** An object's size is not the one that was listed. */
    SIZE_DIFFERS,
    /** What an object's metadata say contradicts its key, or its neighbours. */
    METADATA_DIFFER,
    /** A commit object cannot be read, or contradicts the listing. */
    COMMIT_UNUSABLE,
    /** The content cannot be decoded to the send stream that it should be. */
    DAMAGED,
    /** A command of the configuration failed at the content: it is damaged, or lacks something. */
    COMMAND_FAILED,
    /** A signature that is demanded is missing, or by another key; perhaps the wrong one is. */
    NOT_SIGNED,
    /** The stored bytes have another hash than the commit object says; the content is right. */
    HASH_STALE,
    /** The content is right, but cannot be received. */
    NOT_RECEIVED,
    /** What was restored is not what the local snapshot holds. */
    DIFFERS_FROM_SNAPSHOT,
    /** What was restored could not be compared. */
    NOT_COMPARED,
    /** It cannot be told which snapshots there are. */
    SNAPSHOTS_UNKNOWN,
    /** No backup of a source can be restored. */
    SOURCE_LOST
  }

  public Finding {
    dependents = List.copyOf(dependents);
  }

  /** Whether something cannot be restored because of it. */
  public boolean isDamage() {
    return severity.compareTo(Severity.ERROR) >= 0;
  }
}
