package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the list {@code sources}, merges the entries of one path, and checks that sources do not
 * get in each other's way. Paths are compared as they are written: what links and mounts make of
 * them is for those to see who open them.
 */
final class Sources {

  private final Remotes remotes;
  private final Problems problems;
  private final Map<Path, SourceReader.Entry> byPath = new LinkedHashMap<>();

  Sources(List<Field> items, Remotes remotes, Problems problems) {
    this.remotes = remotes;
    this.problems = problems;
    var reader = new SourceReader(new UploadReader(remotes.ids(), problems), problems);
    items.stream().map(reader::read).forEach(this::add);
    byPath.values().forEach(this::checkUploads);
    byPath.values().forEach(this::checkBaseName);
    byPath.values().forEach(this::checkSnapshotsDirectory);
    checkSnapshotNames();
  }

  List<SourceConfig> all() {
    return byPath.values().stream().map(Sources::config).toList();
  }

  private static SourceConfig config(SourceReader.Entry entry) {
    return new SourceConfig(
        entry.path().value(),
        entry.snapshots().value(),
        entry.baseName().value(),
        entry.manageAllSnapshots(),
        entry.uploads().stream().map(Located::value).toList());
  }

  private void add(SourceReader.@Nullable Entry entry) {
    if (entry != null) {
      byPath.merge(entry.path().value(), entry, this::merged);
    }
  }

  private SourceReader.Entry merged(SourceReader.Entry first, SourceReader.Entry second) {
    if (!first.snapshots().value().equals(second.snapshots().value())
        || !first.baseName().value().equals(second.baseName().value())
        || first.manageAllSnapshots() != second.manageAllSnapshots()) {
      problems.error(
          second.path().position(),
          "the source %s is also in line %s, with another 'snapshots', 'name' or"
                  .formatted(
                      Quoted.of(second.path().value().toString()), first.path().position().line())
              + " 'manage_all_snapshots'");
    }
    List<Located<UploadConfig>> uploads = new ArrayList<>(first.uploads());
    uploads.addAll(second.uploads());
    return new SourceReader.Entry(
        first.path(), first.snapshots(), first.baseName(), first.manageAllSnapshots(), uploads);
  }

  private void checkUploads(SourceReader.Entry entry) {
    Map<String, Position> seen = new HashMap<>();
    for (Located<UploadConfig> upload : entry.uploads()) {
      String id = upload.value().remoteId();
      Position first = seen.putIfAbsent(id, upload.position());
      if (first != null) {
        problems.error(
            upload.position(),
            "the remote %s is listed twice for the source %s, first in line %s"
                .formatted(
                    Quoted.of(id), Quoted.of(entry.path().value().toString()), first.line()));
      }
    }
  }

  private void checkBaseName(SourceReader.Entry entry) {
    Located<String> base = entry.baseName();
    int bytes = BaseName.bytes(base.value());
    if (bytes > BaseName.MAX_BYTES_IN_SNAPSHOT) {
      problems.error(base.position(), tooLong(bytes, BaseName.MAX_BYTES_IN_SNAPSHOT, "snapshots"));
    }
    if (bytes <= BaseName.MAX_BYTES_IN_KEY) {
      return;
    }
    for (Located<UploadConfig> upload : entry.uploads()) {
      String id = upload.value().remoteId();
      String message =
          tooLong(bytes, BaseName.MAX_BYTES_IN_KEY, "backups as files, as on " + Quoted.of(id));
      switch (remotes.find(id).orElse(null)) {
        case DirectoryRemoteConfig _ -> problems.error(base.position(), message);
        case S3RemoteConfig _ ->
            problems.warning(
                base.position(),
                tooLong(bytes, BaseName.MAX_BYTES_IN_KEY, "backups that are ever copied to files"));
        case null -> {}
      }
    }
  }

  private static String tooLong(int bytes, int max, String what) {
    return "the name has %s bytes, at most %s are allowed for the names of %s: set the key 'name'"
        .formatted(bytes, max, what);
  }

  /** Both directories are locked, for very different times, and they must not be one. */
  private void checkSnapshotsDirectory(SourceReader.Entry entry) {
    Path snapshots = entry.snapshots().value();
    if (byPath.containsKey(snapshots)) {
      problems.updateError(
          entry.snapshots().position(),
          "'snapshots' is %s, which is itself a source; expected a directory of its own, such as %s"
              .formatted(
                  Quoted.of(snapshots.toString()),
                  Quoted.of(snapshots.resolve(".snapshots").toString())));
    }
  }

  /** Two sources whose snapshots have the same names cannot share a directory. */
  private void checkSnapshotNames() {
    Map<Path, SourceReader.Entry> seen = new HashMap<>();
    for (SourceReader.Entry entry : byPath.values()) {
      Path names = entry.snapshots().value().resolve(entry.baseName().value());
      SourceReader.Entry first = seen.putIfAbsent(names, entry);
      if (first != null) {
        problems.error(
            entry.baseName().position(),
            "the snapshots of %s and of %s would have the same names in %s: set the key 'name'"
                .formatted(
                    Quoted.of(first.path().value().toString()),
                    Quoted.of(entry.path().value().toString()),
                    Quoted.of(entry.snapshots().value().toString())));
      }
    }
  }
}
