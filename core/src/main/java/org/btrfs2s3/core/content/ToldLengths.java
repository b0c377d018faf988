package org.btrfs2s3.core.content;

import java.util.HashMap;
import java.util.Map;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * Commit objects that were read for the length of their streams, until their backups are read. Each
 * is that of the backup as it was listed, segments included. Holds at most {@link #MOST_SEGMENTS}
 * segments' entries, of less than 1 KiB each. Safe for use by several threads.
 */
final class ToldLengths {

  static final int MOST_SEGMENTS = 20_000;

  private final Map<StoredBackup, CommitDocument> documents = new HashMap<>();
  private int segments;

  /** What does not fit is read once more. */
  synchronized void keep(StoredBackup backup, CommitDocument document) {
    take(backup);
    if (segments + document.segments().size() <= MOST_SEGMENTS) {
      documents.put(backup, document);
      segments += document.segments().size();
    }
  }

  synchronized boolean has(StoredBackup backup) {
    return documents.containsKey(backup);
  }

  /** Null if there is none; it is given only once. */
  synchronized @Nullable CommitDocument take(StoredBackup backup) {
    var document = documents.remove(backup);
    if (document != null) {
      segments -= document.segments().size();
    }
    return document;
  }
}
