package org.btrfs2s3.app.config;

import org.jspecify.annotations.Nullable;

/** Reads how the streams of an entry of {@code upload_to_remotes} get to the remote. */
final class TransferReader {

  private static final String ONE_OBJECT = "off";
  private static final KeySet BTRFS_KEYS = new KeySet("'btrfs'", "compressed_data");

  private final Values values;
  private final Problems problems;

  TransferReader(Problems problems) {
    this.values = new Values(problems);
    this.problems = problems;
  }

  TransferConfig read(Fields upload) {
    return new TransferConfig(
        segmentBytes(upload.optional("segment_size"), upload.optional("pipe_through") != null),
        values.amount(upload.optional("upload_limit"), TransferConfig.BYTES_PER_SECOND),
        compressedData(upload.optional("btrfs")));
  }

  private @Nullable Long segmentBytes(@Nullable Field field, boolean filtered) {
    if (field != null
        && field.value() instanceof Node.Scalar scalar
        && scalar.text().equals(ONE_OBJECT)) {
      return null;
    }
    if (!filtered) {
      Long size =
          values.amount(field, TransferConfig.SEGMENT_BYTES, " or '%s'".formatted(ONE_OBJECT));
      return size == null ? TransferConfig.DEFAULT_SEGMENT_BYTES : size;
    }
    if (field != null) {
      problems.error(
          field.position(),
          "'%s' can only be '%s' together with 'pipe_through', whose output is one object"
              .formatted(field.key(), ONE_OBJECT));
    }
    return null;
  }

  private boolean compressedData(@Nullable Field field) {
    Fields btrfs = values.fields(field, BTRFS_KEYS);
    return btrfs != null && Boolean.TRUE.equals(values.flag(btrfs.optional("compressed_data")));
  }
}
