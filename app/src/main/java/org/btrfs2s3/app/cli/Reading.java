package org.btrfs2s3.app.cli;

import java.time.ZoneId;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;

/** An opened remote, and what decodes its backups. */
final class Reading implements AutoCloseable {

  private final String id;
  private final ZoneId zone;
  private final BackupStore store;
  private final ContentReader reader;

  Reading(String id, ZoneId zone, BackupStore store, ContentReader reader) {
    this.id = id;
    this.zone = zone;
    this.store = store;
    this.reader = reader;
  }

  /** Of the remote, for messages and JSON. */
  String id() {
    return id;
  }

  /** For times that are given or shown without an offset. */
  ZoneId zone() {
    return zone;
  }

  BackupStore store() {
    return store;
  }

  ContentReader reader() {
    return reader;
  }

  @Override
  public void close() {
    store.close();
  }
}
