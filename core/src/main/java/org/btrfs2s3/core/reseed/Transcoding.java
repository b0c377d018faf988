package org.btrfs2s3.core.reseed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Lets objects of one backup flow: decoded, past a check, and, where they are stored, encoded anew.
 *
 * @param limit what all of them share; null for none
 * @param moved is told how many bytes more were read
 */
record Transcoding(
    ReseedSetup setup,
    StoredBackup backup,
    Encoding encoding,
    @Nullable RateLimit limit,
    LongConsumer moved) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** To be said before an object is committed, or why not. */
  interface Conclusion {
    void end() throws IOException;
  }

  /**
   * An object that was committed.
   *
   * @param sha256 of its bytes
   */
  record Written(StoredObject object, String sha256) {}

  /** Encodes an object anew. */
  Written write(StoredObject source, NewObject target, PipelineTarget check, Conclusion conclusion)
      throws IOException, InterruptedException {
    try (var pending = setup.to().store().create(target)) {
      var sum = new Sha256();
      PipelineTarget hashed =
          (bytes, offset, length) -> {
            sum.update(bytes, offset, length);
            pending.write(bytes, offset, length);
          };
      flow(source, check, encoding.stages(), limit == null ? hashed : limit.limit(hashed));
      conclusion.end();
      return new Written(pending.commit(), sum.soFar());
    }
  }

  /** Decodes an object, and stores nothing. */
  void read(StoredObject source, PipelineTarget check) throws IOException, InterruptedException {
    flow(source, check, List.of(), (bytes, offset, length) -> {});
  }

  private void flow(
      StoredObject source, PipelineTarget check, List<Stage> after, PipelineTarget target)
      throws IOException, InterruptedException {
    try (var object =
        new BufferedInputStream(setup.from().store().open(source.key(), 0), BUFFER_BYTES)) {
      List<Stage> stages = new ArrayList<>(setup.from().reader().decoding(backup, object));
      stages.add(new CheckStage(check));
      stages.addAll(after);
      PipelineTarget counted = (bytes, offset, length) -> moved.accept(length);
      var counting = new PassingStream(object, counted, _ -> {});
      Pipeline.run(counting, stages, target);
      if (counting.count() != source.size()) {
        throw new RemoteException(
            RemoteException.Kind.INTEGRITY,
            "%s gave %d bytes, but was listed with %d"
                .formatted(source.key(), counting.count(), source.size()));
      }
    }
  }

  /** The user metadata of every object that is written. */
  Map<String, String> metadata() {
    return new BackupMetadata(backup.identity(), encoding.description(), setup.toolVersion())
        .toMap();
  }
}
