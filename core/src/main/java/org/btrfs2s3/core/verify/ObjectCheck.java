package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.catalog.SegmentObject;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitObject;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for each object of a backup by itself, without its content: whether it is there, has the
 * size that was listed, and says of itself what its key says. Objects that say nothing of
 * themselves (the Python tool's) are right.
 */
final class ObjectCheck {

  private final BackupStore store;
  private final Findings findings;
  private final Absence absence;

  ObjectCheck(BackupStore store, Findings findings, Absence absence) {
    this.store = store;
    this.findings = findings;
    this.absence = absence;
  }

  /**
   * What was looked at.
   *
   * @param everything whether all could be; what was found is another matter
   * @param document what the commit object says, if there is one that can be used
   */
  record Looked(boolean everything, @Nullable CommitDocument document) {}

  Looked check(StoredBackup backup) throws InterruptedException {
    var parts = backup.parts();
    if (parts == null) {
      return new Looked(metadata(backup, backup.key(), backup.size()) != null, null);
    }
    var document = metadata(backup, backup.key(), null) == null ? null : document(backup, parts);
    return new Looked(document != null && segments(backup, parts, document), document);
  }

  private boolean segments(StoredBackup backup, Segments parts, CommitDocument document)
      throws InterruptedException {
    for (int i = 0; i < parts.segments().size(); i++) {
      if (!segment(backup, parts, document, i)) {
        return false;
      }
    }
    return true;
  }

  /** The metadata of an object; null if it could not be looked at, or is not there. */
  private @Nullable Map<String, String> metadata(
      StoredBackup backup, ObjectKey key, @Nullable Long listedSize) throws InterruptedException {
    try {
      var found = store.find(key);
      if (found.isEmpty()) {
        absence.judge(backup, key);
        return null;
      }
      long size = found.get().object().size();
      if (listedSize != null && listedSize != size) {
        findings.damage(
            Finding.Kind.SIZE_DIFFERS,
            backup,
            key,
            "it has %d bytes, but was listed with %d".formatted(size, listedSize));
      }
      var told = BackupMetadata.identityIn(found.get().metadata());
      if (told.isPresent() && !told.get().equals(backup.identity())) {
        findings.damage(
            Finding.Kind.METADATA_DIFFER,
            backup,
            key,
            "its metadata say that it is another backup: snapshot %s of source %s, ctransid %s"
                .formatted(told.get().uuid(), told.get().source(), told.get().ctransid()));
      }
      return found.get().metadata();
    } catch (RemoteException e) {
      findings.notChecked(backup, key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable CommitDocument document(StoredBackup backup, Segments parts)
      throws InterruptedException {
    try {
      return CommitObject.read(store, backup, parts, Signers.anyone());
    } catch (IOException e) {
      switch (Trouble.of(e, Map.of())) {
        case DAMAGE ->
            findings.damage(
                Finding.Kind.COMMIT_UNUSABLE, backup, backup.key(), String.valueOf(e.getMessage()));
        case GONE -> absence.judge(backup, backup.key());
        case UNSIGNED, UNDECODABLE, COMMAND_FAILED, UNREADABLE ->
            findings.notChecked(backup, backup.key(), String.valueOf(e.getMessage()));
      }
      return null;
    }
  }

  private boolean segment(StoredBackup backup, Segments parts, CommitDocument document, int index)
      throws InterruptedException {
    SegmentObject segment = parts.segments().get(index);
    var metadata = metadata(backup, segment.key(), segment.size());
    if (metadata == null) {
      return false;
    }
    SegmentMetadata.in(metadata)
        .ifPresent(told -> agree(backup, segment.key(), told, document, index));
    return true;
  }

  /**
   * The place in the stream must be right. What was noted of the segment before is of use to an
   * upload that resumes, and to nobody after the commit.
   */
  private void agree(
      StoredBackup backup,
      ObjectKey key,
      SegmentMetadata told,
      CommitDocument document,
      int index) {
    var expected = document.segments().get(index);
    if (!told.attempt().equals(document.attempt())
        || told.rawOffset() != expected.rawOffset()
        || told.segmentBytes() != document.segmentBytes()) {
      findings.damage(
          Finding.Kind.METADATA_DIFFER,
          backup,
          key,
          "its metadata say that it is another segment: byte %d of attempt %s, not byte %d of %s"
              .formatted(
                  told.rawOffset(), told.attempt(), expected.rawOffset(), document.attempt()));
      return;
    }
    var before = index == 0 ? null : document.segments().get(index - 1).content();
    var previous = told.previous();
    if ((before == null) != (previous == null) || (before != null && !before.equals(previous))) {
      findings.note(
          Severity.WARNING,
          Finding.Kind.METADATA_DIFFER,
          backup,
          key,
          "its metadata and the commit object disagree about the segment before it",
          "verify --level data shows whether the content is right");
    }
  }
}
