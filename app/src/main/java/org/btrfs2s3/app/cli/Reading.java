package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.verify.SourcePlace;

/** An opened remote, and what decodes its backups. */
final class Reading implements AutoCloseable {

  private final String id;
  private final ZoneId zone;
  private final BackupStore store;
  private final ContentReader reader;
  private final List<SourcePlace> sources;
  private final Set<Path> uploaded;

  Reading(
      String id,
      ZoneId zone,
      BackupStore store,
      ContentReader reader,
      List<SourcePlace> sources,
      Set<Path> uploaded) {
    this.id = id;
    this.zone = zone;
    this.store = store;
    this.reader = reader;
    this.sources = List.copyOf(sources);
    this.uploaded = Set.copyOf(uploaded);
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

  /** Of the configuration; none without one. */
  List<SourcePlace> sources() {
    return sources;
  }

  /** Roots of those of them that the configuration uploads to this remote. */
  Set<Path> uploaded() {
    return uploaded;
  }

  @Override
  public void close() {
    store.close();
  }
}
