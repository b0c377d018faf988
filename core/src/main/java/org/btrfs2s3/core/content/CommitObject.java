package org.btrfs2s3.core.content;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/** Reads and writes the commit objects of segmented backups. */
public final class CommitObject {

  /** A segment's entry in a commit object has less, and everything else in it, too. */
  private static final long BYTES_PER_SEGMENT = 2048;

  private CommitObject() {}

  /**
   * What a segmented backup's commit object says, which agrees with the listing.
   *
   * @param signers one of whom must have signed it
   * @throws IOException if it cannot be read, or does not agree; the cause is that of the store
   */
  public static CommitDocument read(
      BackupStore store, StoredBackup backup, Segments parts, Signers signers)
      throws IOException, InterruptedException {
    return read(key -> store.open(key, 0), backup, parts, signers);
  }

  static CommitDocument read(
      ObjectSource objects, StoredBackup backup, Segments parts, Signers signers)
      throws IOException, InterruptedException {
    int limit = sizeLimit(parts.segments().size());
    CommitDocument document;
    try (var object = objects.open(backup.key())) {
      byte[] json = object.readNBytes(limit);
      if (signers.isRequired()) {
        requireSigned(objects, backup.key(), json, signers);
      }
      document = CommitJson.read(json);
    } catch (UnsignedException e) {
      throw e;
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (RemoteException e) {
      throw new RemoteException(e.kind(), "cannot use its commit object: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException("cannot use its commit object: " + e.getMessage(), e);
    }
    if (!agrees(document, backup, parts)) {
      throw new IOException("its commit object is that of another backup, or of other segments");
    }
    return document;
  }

  /**
   * Stores a commit object, which makes a backup of its segments, after its signature.
   *
   * @param signer null if nothing is signed
   * @param metadata of both
   * @throws RemoteException {@code CONFLICT} if there is one that is not to be replaced
   */
  public static StoredObject store(
      BackupStore store,
      ObjectKey key,
      CommitDocument document,
      @Nullable SigningKey signer,
      Map<String, String> metadata,
      NewObject.Predecessor predecessor)
      throws RemoteException, InterruptedException {
    var json = CommitJson.write(document);
    boolean replaces = predecessor == NewObject.Predecessor.REPLACED;
    CommitSignature.store(store, key, json, signer, metadata, replaces);
    try (var pending = store.create(new NewObject(key, metadata, json.length, predecessor))) {
      pending.write(json, 0, json.length);
      return pending.commit();
    }
  }

  /** The most bytes of a commit object that are looked at. */
  public static int sizeLimit(int segments) {
    return (int) Math.min(BYTES_PER_SEGMENT * (segments + 1L), Integer.MAX_VALUE);
  }

  private static void requireSigned(
      ObjectSource objects, ObjectKey commit, byte[] json, Signers signers)
      throws IOException, InterruptedException {
    var key = new ObjectKey(BackupKey.signatureOfCommit(commit.value()));
    try (var object = objects.open(key)) {
      signers.requireSigned(json, object.readNBytes(CommitSignature.MOST_BYTES));
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.NOT_FOUND) {
        throw e;
      }
      throw new UnsignedException(
          "its commit object "
              + commit
              + " is not signed: there is no "
              + key
              + "; a signature by "
              + String.join(" or ", signers.keyIds())
              + " is required",
          e);
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (IOException e) {
      throw new UnsignedException(
          "its commit object is not signed as required: " + key + ": " + e.getMessage(), e);
    }
  }

  private static InterruptedException interrupted(InterruptedIOException cause) {
    Thread.interrupted(); // As whoever throws the exception does.
    var interruption = new InterruptedException();
    interruption.initCause(cause);
    return interruption;
  }

  private static boolean agrees(CommitDocument document, StoredBackup backup, Segments parts) {
    return document.identity().equals(backup.identity())
        && document.attempt().equals(parts.attempt())
        && document.segments().stream()
            .map(segment -> segment.name() + " " + segment.content().size())
            .toList()
            .equals(parts.segments().stream().map(CommitObject::nameAndSize).toList());
  }

  private static String nameAndSize(SegmentObject segment) {
    return segment.key().lastComponent() + " " + segment.size();
  }
}
