package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;

/**
 * Decodes one backup, checks its stream, and encodes it anew; a segmented one segment by segment.
 *
 * <p>Its attempt there is named after the one here, the new encoding and the recipients: a later
 * run finds its own segments again, and never takes others, such as plain copies or segments for
 * other keys, for them. Those that it has no key for are left, and others are made. For one thread.
 */
final class Reencoding implements BackupTransfer {
  /** What zstd makes of ordinary data, with some reserve. */
  private static final int LIKELY_RATIO = 3;

  private static final String COMPRESSED = ".zst";

  private final Remotes remotes;
  private final Transcoding transcoding;
  private final StoredBackup backup;
  private final Encoding encoding;
  private final Consumer<String> notes;

  /**
   * @param notes takes what the user should know
   */
  Reencoding(Remotes remotes, Transcoding transcoding, Consumer<String> notes) {
    this.remotes = remotes;
    this.transcoding = transcoding;
    this.notes = notes;
    this.backup = transcoding.backup();
    this.encoding = transcoding.encoding();
  }

  @Override
  public Transferred run() throws IOException, InterruptedException {
    var parts = backup.parts();
    var encoded = parts == null ? encodeWhole() : encodeSegmented(parts);
    return new Transferred(encoded, Assurance.STREAM, false);
  }

  private StoredBackup encodeWhole() throws IOException, InterruptedException {
    var label = backup.label();
    var key =
        new ObjectKey(
            BackupKey.encode(
                label.base(), backup.identity(), label.offset(), encoding.keySuffixes()));
    var source = remotes.source(backup.key());
    var check = new StreamCheck(backup.identity(), null);
    var written =
        transcoding.write(
            source,
            new NewObject(key, transcoding.metadata(), estimate(source)),
            check::update,
            () -> check.endOfObject(0));
    return Catalog.oneObject(written.object(), (ParsedKey.Known) BackupKey.decode(key.value()));
  }

  private long estimate(StoredObject source) {
    boolean grows =
        backup.contentSuffixes().contains(COMPRESSED)
            && !encoding.keySuffixes().contains(COMPRESSED);
    return grows ? source.size() * LIKELY_RATIO : source.size();
  }

  private StoredBackup encodeSegmented(Segments parts) throws IOException, InterruptedException {
    if (!encoding.isSegmentable()) {
      throw new IOException(
          "it is in segments, which pipe_through cannot encode one by one; use compress and"
              + " encrypt for this remote");
    }
    var document = transcoding.setup().from().reader().commitDocument(backup);
    for (int turn = 0; ; turn++) {
      var attempt = attempt(document.attempt(), encoding, turn);
      try {
        return new SegmentedReencoding(remotes, transcoding, document, attempt).run(parts);
      } catch (UnreadableSegmentException e) {
        // Only those that were listed throw, so that this ends.
        notes.accept(
            ("backup %s: what an interrupted run left cannot be compared: %s; it stays as it is, and"
                    + " everything is encoded again beside it; once that is there, update and gc"
                    + " remove what was left")
                .formatted(backup.uuid(), e.getMessage()));
      }
    }
  }

  /**
   * The attempt that is the same in every run.
   *
   * @param turn how many of them are in the way
   */
  static Attempt attempt(Attempt original, Encoding encoding, int turn) {
    var name =
        "reseed %s %s %s%s"
            .formatted(
                original,
                encoding.description(),
                encoding.recipientIds().stream().sorted().toList(),
                turn == 0 ? "" : " " + turn);
    var sum = new Sha256();
    var bytes = name.getBytes(StandardCharsets.US_ASCII);
    sum.update(bytes, 0, bytes.length);
    return new Attempt(sum.soFar().substring(0, original.id().length()));
  }
}
