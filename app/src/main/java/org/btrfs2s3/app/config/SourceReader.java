package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads an entry of {@code sources}. */
final class SourceReader {

  private static final KeySet KEYS =
      new KeySet(
          "an entry of 'sources'",
          "path",
          "snapshots",
          "upload_to_remotes",
          "name",
          "manage_all_snapshots");

  private final Values values;
  private final UploadReader uploadReader;
  private final Problems problems;

  SourceReader(UploadReader uploadReader, Problems problems) {
    this.values = new Values(problems);
    this.uploadReader = uploadReader;
    this.problems = problems;
  }

  /** What an entry says, and where. */
  record Entry(
      Located<Path> path,
      Located<Path> snapshots,
      Located<String> baseName,
      boolean manageAllSnapshots,
      List<Located<UploadConfig>> uploads) {}

  /** Null if the entry is not valid. */
  @Nullable Entry read(Field item) {
    Fields fields = values.fields(item, KEYS);
    if (fields == null) {
      return null;
    }
    Located<Path> path = values.path(fields.required("path"));
    Located<Path> snapshots = values.path(fields.required("snapshots"));
    Located<String> baseName = baseName(fields.optional("name"), path);
    Boolean manageAll = values.flag(fields.optional("manage_all_snapshots"));
    List<Located<UploadConfig>> uploads =
        values.someItems(fields.required("upload_to_remotes")).stream()
            .map(uploadReader::read)
            .filter(Objects::nonNull)
            .toList();
    if (path == null || snapshots == null || baseName == null) {
      return null;
    }
    return new Entry(path, snapshots, baseName, Boolean.TRUE.equals(manageAll), uploads);
  }

  private @Nullable Located<String> baseName(
      @Nullable Field nameField, @Nullable Located<Path> path) {
    Located<String> name = values.text(nameField);
    if (nameField != null && name != null) {
      if (BaseName.isUsable(name.value())) {
        return name;
      }
      values.wrongType(nameField, "a file name without '/' and control characters");
      return null;
    }
    return nameField != null || path == null ? null : lastComponent(path);
  }

  private @Nullable Located<String> lastComponent(Located<Path> path) {
    Path last = path.value().getFileName();
    if (last != null && BaseName.isUsable(last.toString())) {
      return new Located<>(last.toString(), path.position());
    }
    problems.error(
        path.position(),
        "names cannot be made of the path %s: the key 'name' is needed"
            .formatted(Quoted.of(path.value().toString())));
    return null;
  }
}
