package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitObject;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/** Reads a backup to its end: every check that its encoding and the send stream allow. */
final class DataCheck {

  private final BackupStore store;
  private final ContentReader reader;
  private final Findings findings;
  private final Absence absence;

  DataCheck(BackupStore store, ContentReader reader, Findings findings, Absence absence) {
    this.store = store;
    this.reader = reader;
    this.findings = findings;
    this.absence = absence;
  }

  /** Reads an object that does not count; what is wrong with it harms nothing. */
  DuplicateCheck.State stateOf(StoredBackup duplicate) throws InterruptedException {
    try {
      read(duplicate, new StoredHashes());
      return DuplicateCheck.State.WHOLE;
    } catch (IOException e) {
      return Trouble.of(e, metadata(duplicate.key())) == Trouble.DAMAGE
          ? DuplicateCheck.State.DAMAGED
          : DuplicateCheck.State.UNKNOWN;
    }
  }

  private long read(StoredBackup backup, StoredHashes hashes)
      throws IOException, InterruptedException {
    var identity = backup.identity();
    var verifier =
        SendStreamVerifier.expecting(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()));
    long bytes = reader.read(backup, verifier::update, hashes);
    verifier.finish();
    return bytes;
  }

  /**
   * How long the send stream is, if it could be read and is right.
   *
   * @param document what its commit object says; null if it has none, or was not read yet
   */
  OptionalLong check(StoredBackup backup, @Nullable CommitDocument document)
      throws InterruptedException {
    var hashes = new StoredHashes();
    try {
      long bytes = read(backup, hashes);
      var parts = backup.parts();
      if (parts != null) {
        compare(backup, parts, document == null ? document(backup, parts) : document, hashes);
      }
      return OptionalLong.of(bytes);
    } catch (IOException e) {
      failed(backup, culprit(backup, document, hashes), e);
      return OptionalLong.empty();
    }
  }

  private CommitDocument document(StoredBackup backup, Segments parts)
      throws IOException, InterruptedException {
    return CommitObject.read(store, backup, parts, Signers.anyone());
  }

  /**
   * @param key the object that was being read
   */
  private void failed(StoredBackup backup, ObjectKey key, IOException e)
      throws InterruptedException {
    var message = String.valueOf(e.getMessage());
    switch (Trouble.of(e, metadata(key))) {
      case DAMAGE -> findings.damage(Finding.Kind.DAMAGED, backup, key, message);
      case COMMAND_FAILED -> findings.damage(Finding.Kind.COMMAND_FAILED, backup, key, message);
      case UNSIGNED -> findings.unsigned(backup, key, message);
      case GONE -> absence.judge(backup, key);
      case UNDECODABLE -> findings.undecodable(backup, key, message);
      case UNREADABLE -> findings.notChecked(backup, key, message);
    }
  }

  /**
   * The object that was read last; or one before it that is not what was stored, because damage of
   * what is not encoded shows only where a command of the stream ends.
   */
  private ObjectKey culprit(
      StoredBackup backup, @Nullable CommitDocument document, StoredHashes hashes)
      throws InterruptedException {
    var parts = backup.parts();
    var last = hashes.last();
    if (parts == null || last.isEmpty()) {
      return backup.key();
    }
    try {
      var told = (document == null ? document(backup, parts) : document).segments();
      for (int i = 0; i < told.size(); i++) {
        var key = parts.segments().get(i).key();
        var content = told.get(i).content();
        if (hashes.of(key).filter(stored -> !stored.equals(content)).isPresent()) {
          return key;
        }
      }
    } catch (IOException _) {
      // It was read before; what fails now is not what is to be reported.
    }
    return last.get();
  }

  private Map<String, String> metadata(ObjectKey key) throws InterruptedException {
    try {
      return store.find(key).map(ObjectDetails::metadata).orElse(Map.of());
    } catch (RemoteException _) {
      return Map.of(); // They only help to understand a failure that is reported anyway.
    }
  }

  /**
   * By now the content is known to be right, byte for byte, so that another hash of what is stored
   * can only be one of an earlier try to store the segment.
   */
  private void compare(
      StoredBackup backup, Segments parts, CommitDocument document, StoredHashes hashes) {
    for (int i = 0; i < parts.segments().size(); i++) {
      var key = parts.segments().get(i).key();
      var told = document.segments().get(i).content();
      var stored = hashes.of(key);
      if (stored.isPresent() && !stored.get().equals(told)) {
        findings.note(
            Severity.WARNING,
            Finding.Kind.HASH_STALE,
            backup,
            key,
            "the stored bytes have SHA-256 %s, but the commit object says %s; the content is right"
                .formatted(stored.get().sha256(), told.sha256()),
            findings.recommitting(backup.uuid()));
      }
    }
  }
}
