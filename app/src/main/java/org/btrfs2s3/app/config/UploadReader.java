package org.btrfs2s3.app.config;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;

/** Reads an entry of {@code upload_to_remotes}. */
final class UploadReader {

  private static final KeySet KEYS =
      new KeySet(
          "an entry of 'upload_to_remotes'",
          "id",
          "preserve",
          "compress",
          "encrypt",
          "pipe_through",
          "restore_through",
          "segment_size",
          "upload_limit",
          "btrfs");

  private final Set<String> remoteIds;
  private final Values values;
  private final EncodingReader encodingReader;
  private final TransferReader transferReader;
  private final Problems problems;

  UploadReader(Set<String> remoteIds, Problems problems) {
    this.remoteIds = remoteIds;
    this.values = new Values(problems);
    this.encodingReader = new EncodingReader(problems);
    this.transferReader = new TransferReader(problems);
    this.problems = problems;
  }

  /** The entry and where its id stands; null if it is not valid. */
  @Nullable Located<UploadConfig> read(Field item) {
    Fields fields = values.fields(item, KEYS);
    if (fields == null) {
      return null;
    }
    Located<String> id = remoteId(fields.required("id"));
    PreservationPolicy policy = policy(fields.required("preserve"));
    TransferConfig transfer = transferReader.read(fields);
    EncodingConfig encoding = encodingReader.read(fields, transfer.compressedData());
    var restoreThrough = encodingReader.commands(fields.optional("restore_through"));
    if (id == null || policy == null) {
      return null;
    }
    warnOf(encoding, restoreThrough, id);
    return new Located<>(
        new UploadConfig(id.value(), policy, encoding, transfer, restoreThrough), id.position());
  }

  private @Nullable Located<String> remoteId(@Nullable Field field) {
    Located<String> id = values.text(field);
    // Without any remote, that is the problem which was reported.
    if (id != null && !remoteIds.isEmpty() && !remoteIds.contains(id.value())) {
      problems.error(
          id.position(),
          "there is no remote with the id %s%s (defined: %s)"
              .formatted(
                  Quoted.of(id.value()),
                  Nearest.hint(id.value(), remoteIds),
                  String.join(", ", remoteIds.stream().sorted().toList())));
    }
    return id;
  }

  private @Nullable PreservationPolicy policy(@Nullable Field field) {
    Located<String> text = values.anyText(field);
    if (text == null) {
      return null;
    }
    try {
      PreservationPolicy policy = PreservationPolicy.parse(text.value());
      // Refuses what asks for too many spans, or for some before the year 1.
      policy.preservedSpans(Instant.EPOCH, ZoneOffset.UTC);
      if (policy.isEmpty()) {
        problems.warning(
            text.position(), "'preserve' is empty: only the most recent backup is kept");
      }
      return policy;
    } catch (IllegalArgumentException e) {
      problems.error(text.position(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void warnOf(
      EncodingConfig encoding, List<List<String>> restoreThrough, Located<String> id) {
    String remote = Quoted.of(id.value());
    switch (encoding) {
      case EncodingConfig.Standard standard when standard.recipients().isEmpty() ->
          problems.warning(id.position(), "backups on %s are not encrypted".formatted(remote));
      case EncodingConfig.Filters _ when restoreThrough.isEmpty() ->
          problems.warning(
              id.position(),
              "backups on %s cannot be restored by this program without 'restore_through'"
                  .formatted(remote));
      case EncodingConfig.Standard _, EncodingConfig.Filters _ -> {}
    }
  }
}
