package org.btrfs2s3.core.reseed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.CommitSignature;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one backup, checks its stream, and encodes it anew; a segmented one segment by segment.
 *
 * <p>Its attempt there is named after the one here, the new encoding and the recipients: a later
 * run finds its own segments again, and never takes others, such as plain copies or segments for
 * other keys, for them. For one thread.
 */
final class Reencoding implements BackupTransfer {
  private static final int BUFFER_BYTES = 1 << 16;

  /** What zstd makes of ordinary data, with some reserve. */
  private static final int LIKELY_RATIO = 3;

  private static final String COMPRESSED = ".zst";

  private final ReseedSetup setup;
  private final Remotes remotes;
  private final StoredBackup backup;
  private final Encoding encoding;
  private final @Nullable RateLimit limit;
  private final LongConsumer moved;

  Reencoding(
      ReseedSetup setup,
      Remotes remotes,
      StoredBackup backup,
      Encoding encoding,
      @Nullable RateLimit limit,
      LongConsumer moved) {
    this.setup = setup;
    this.remotes = remotes;
    this.backup = backup;
    this.encoding = encoding;
    this.limit = limit;
    this.moved = moved;
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
        write(
            source,
            new NewObject(key, metadata(), estimate(source)),
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

  private Map<String, String> metadata() {
    return new BackupMetadata(backup.identity(), encoding.description(), setup.toolVersion())
        .toMap();
  }

  /** To be said before an object is committed, or why not. */
  private interface Conclusion {
    void end() throws IOException;
  }

  private record Written(StoredObject object, String sha256) {}

  private Written write(
      StoredObject source, NewObject target, PipelineTarget check, Conclusion conclusion)
      throws IOException, InterruptedException {
    try (var pending = to().create(target)) {
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

  /** Everything of an object through a check, and on. */
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

  private StoredBackup encodeSegmented(Segments parts) throws IOException, InterruptedException {
    if (!encoding.isSegmentable()) {
      throw new IOException(
          "it is in segments, which pipe_through cannot encode one by one; use compress and"
              + " encrypt for this remote");
    }
    var document = setup.from().reader().commitDocument(backup);
    return new Segmented(document, parts).run();
  }

  /** The segments of one backup. */
  private final class Segmented {
    private final CommitDocument document;
    private final Segments parts;
    private final Attempt attempt;
    private final StreamCheck check;
    private final RawHash hash;
    private final List<CommitDocument.Segment> segments = new ArrayList<>();

    Segmented(CommitDocument document, Segments parts) {
      this.document = document;
      this.parts = parts;
      this.attempt = attempt(document.attempt(), encoding);
      this.check = new StreamCheck(backup.identity(), document);
      this.hash = new RawHash(attempt);
    }

    StoredBackup run() throws IOException, InterruptedException {
      for (int i = 0; i < parts.segments().size(); i++) {
        encode(i, remotes.source(parts.segments().get(i).key()), document.segments().get(i));
      }
      var arrival = new Arrival(to());
      arrival.requireSegments(segments);
      commit();
      return arrival.listed(commitKey());
    }

    private void encode(int number, StoredObject source, CommitDocument.Segment original)
        throws IOException, InterruptedException {
      var key = segmentKey(number);
      var metadata = segmentMetadata(original.rawOffset());
      var there = remotes.there(key);
      StoredContent content;
      if (there != null) {
        requireOurs(key, metadata);
        content = proven(there, number, source);
      } else {
        Map<String, String> all = new HashMap<>(metadata());
        all.putAll(metadata.toMap());
        var written =
            write(
                source,
                new NewObject(key, all, original.rawLength()),
                this::follow,
                () -> check.endOfObject(number));
        content = new StoredContent(written.object().size(), written.sha256());
      }
      segments.add(
          new CommitDocument.Segment(
              key.lastComponent(), content, original.rawOffset(), original.rawLength()));
    }

    /**
     * What an earlier run left: it must decode to what the source gives at this place. One is read
     * after the other, so that no more than a hash is kept.
     */
    private StoredContent proven(StoredObject there, int number, StoredObject source)
        throws IOException, InterruptedException {
      var found = new FoundSegment(setup.to().reader(), encoding.keySuffixes(), there).decode();
      var wanted = new Sha256();
      flow(
          source,
          (bytes, offset, length) -> {
            follow(bytes, offset, length);
            wanted.update(bytes, offset, length);
          },
          List.of(),
          (bytes, offset, length) -> {});
      check.endOfObject(number);
      if (!found.sha256().equals(wanted.soFar())) {
        throw FoundSegment.inTheWay(there.key(), "it holds something else", null);
      }
      return found.stored();
    }

    private void follow(byte[] bytes, int offset, int length) throws IOException {
      check.update(bytes, offset, length);
      hash.update(bytes, offset, length);
    }

    private ObjectKey segmentKey(int number) {
      return new ObjectKey(
          BackupKey.encodeSegment(
              backup.label().base(),
              backup.identity(),
              backup.label().offset(),
              attempt,
              number,
              encoding.keySuffixes()));
    }

    private SegmentMetadata segmentMetadata(long rawOffset) {
      return new SegmentMetadata(
          attempt,
          rawOffset,
          hash.soFar(),
          document.segmentBytes(),
          encoding.recipientIds(),
          document.sendOptions(),
          segments.isEmpty() ? null : segments.getLast().content());
    }

    private void requireOurs(ObjectKey key, SegmentMetadata expected)
        throws RemoteException, InterruptedException {
      var told = to().find(key).flatMap(found -> SegmentMetadata.in(found.metadata()));
      if (told.isEmpty() || !told.get().equals(expected)) {
        throw FoundSegment.inTheWay(key, "no earlier run of this kind made it", null);
      }
    }

    private ObjectKey commitKey() {
      return new ObjectKey(
          BackupKey.encodeCommit(
              backup.label().base(),
              backup.identity(),
              backup.label().offset(),
              attempt,
              segments.size()));
    }

    private void commit() throws RemoteException, InterruptedException {
      var json =
          CommitJson.write(
              new CommitDocument(
                  backup.identity(),
                  attempt,
                  encoding.description(),
                  encoding.recipientIds(),
                  document.sendOptions(),
                  document.segmentBytes(),
                  segments,
                  document.rawLength(),
                  hash.soFar()));
      CommitSignature.store(to(), commitKey(), json, encoding.signer(), metadata(), false);
      try (var pending = to().create(new NewObject(commitKey(), metadata(), json.length))) {
        pending.write(json, 0, json.length);
        pending.commit();
      }
    }
  }

  static Attempt attempt(Attempt original, Encoding encoding) {
    var name =
        "reseed %s %s %s"
            .formatted(
                original,
                encoding.description(),
                encoding.recipientIds().stream().sorted().toList());
    var sum = new Sha256();
    var bytes = name.getBytes(StandardCharsets.US_ASCII);
    sum.update(bytes, 0, bytes.length);
    return new Attempt(sum.soFar().substring(0, original.id().length()));
  }

  private BackupStore to() {
    return setup.to().store();
  }
}
