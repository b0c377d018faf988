package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.btrfs2s3.core.verify.SourcePlace;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/** Two remotes on the heap, of which one holds backups, and runs of {@link Reseed}. */
final class Clouds {
  static final UUID SOURCE = new UUID(0x5, 0x5);
  static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant START = Instant.parse("2026-02-11T12:00:00Z");

  final MemoryStore from = new MemoryStore();
  final MemoryStore to = new MemoryStore();
  final FakeBtrfs btrfs = new FakeBtrfs();
  final List<ReseedEvent> events = new ArrayList<>();
  final Map<UUID, byte[]> streams = new LinkedHashMap<>();
  private UnaryOperator<BackupStore> fromDoor = UnaryOperator.identity();
  private UnaryOperator<BackupStore> toDoor = UnaryOperator.identity();
  private List<SourcePlace> sources = List.of();
  private @Nullable Encoding encoding;
  private ContentKeys keys = ContentKeys.none();
  private Runnable atTheEnd = () -> {};
  private UUID source = SOURCE;
  private int backups;

  /** Three backups in one object, a chain of them, and a segmented one against the first. */
  static Clouds filled() {
    var clouds = new Clouds();
    var root = clouds.full(1);
    var child = clouds.child(2, root);
    clouds.child(3, child);
    clouds.segmented(4, root, 3);
    return clouds;
  }

  /** The same, where the other remote compresses. */
  static Clouds reencoding() {
    return filled().encodedAs(new StandardEncoding(new Compression.Zstd(3), new Encryption.None()));
  }

  static UUID uuid(int number) {
    return new UUID(0xb, number);
  }

  Clouds source(UUID newSource) {
    source = newSource;
    return this;
  }

  BackupIdentity full(int number) {
    return store(identity(number, null), "");
  }

  BackupIdentity child(int number, BackupIdentity parent) {
    return store(identity(number, parent.uuid()), "");
  }

  /** One that lies in a "folder". */
  BackupIdentity fullIn(String folder, int number) {
    return store(identity(number, null), folder);
  }

  /** One that a later version of this program has stored. */
  BackupIdentity later(int number, BackupIdentity parent) {
    var identity = identity(number, parent.uuid());
    var key = BackupKey.encode("data", identity, ZONE, List.of()).replace(".mdvn1.", ".mdvn3.");
    put(new ObjectKey(key), new byte[] {1}, Map.of());
    return identity;
  }

  private BackupIdentity identity(int number, @Nullable UUID parent) {
    return new BackupIdentity(
        uuid(number),
        source,
        parent,
        Ctransid.ofKernel(100 + number),
        START.plusSeconds(3600L * ++backups));
  }

  private BackupIdentity store(BackupIdentity identity, String folder) {
    var key = new ObjectKey(folder + BackupKey.encode("data", identity, ZONE, List.of()));
    put(key, stream(identity), new BackupMetadata(identity, "none", "test").toMap());
    return identity;
  }

  private void put(ObjectKey key, byte[] content, Map<String, String> metadata) {
    Map<String, String> all = new HashMap<>(metadata);
    all.put("btrfs2s3-upload-id", "upload of " + key);
    from.put(key, content, all);
  }

  private byte[] stream(BackupIdentity identity) {
    var content = new byte[700];
    Arrays.fill(content, (byte) identity.uuid().getLeastSignificantBits());
    var stream =
        SendStreamWriter.v1()
            .begin("snapshot", StreamCheck.expected(identity))
            .mkfile("file", 257)
            .write("file", 0, content)
            .end()
            .toByteArray();
    streams.put(identity.uuid(), stream);
    return stream;
  }

  BackupIdentity segmented(int number, BackupIdentity parent, int count) {
    var identity = identity(number, parent.uuid());
    var stream = stream(identity);
    var attempt = Attempt.of(number);
    int size = Math.ceilDiv(stream.length, count);
    var hash = new RawHash(attempt);
    List<CommitDocument.Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int offset = i * size;
      var bytes = Arrays.copyOfRange(stream, offset, Math.min(stream.length, offset + size));
      var key =
          new ObjectKey(BackupKey.encodeSegment("data", identity, ZONE, attempt, i, List.of()));
      Map<String, String> metadata =
          new HashMap<>(new BackupMetadata(identity, "none", "test").toMap());
      metadata.putAll(
          new SegmentMetadata(
                  attempt,
                  offset,
                  hash.soFar(),
                  size,
                  List.of(),
                  "proto1",
                  segments.isEmpty() ? null : segments.getLast().content())
              .toMap());
      put(key, bytes, metadata);
      hash.update(bytes, 0, bytes.length);
      segments.add(
          new CommitDocument.Segment(
              key.value(), new StoredContent(bytes.length, sha256(bytes)), offset, bytes.length));
    }
    var document =
        new CommitDocument(
            identity,
            attempt,
            "none",
            List.of(),
            "proto1",
            size,
            segments,
            stream.length,
            hash.soFar());
    var commit = new ObjectKey(BackupKey.encodeCommit("data", identity, ZONE, attempt, count));
    put(commit, CommitJson.write(document), new BackupMetadata(identity, "none", "test").toMap());
    put(new ObjectKey(commit + ".sig"), "signature".getBytes(StandardCharsets.US_ASCII), Map.of());
    return identity;
  }

  static String sha256(byte[] bytes) {
    var sum = new Sha256();
    sum.update(bytes, 0, bytes.length);
    return sum.soFar();
  }

  Clouds reachFrom(UnaryOperator<BackupStore> door) {
    fromDoor = door;
    return this;
  }

  Clouds reachTo(UnaryOperator<BackupStore> door) {
    toDoor = door;
    return this;
  }

  /** What somebody else does whenever an object is about to be made there. */
  Clouds beforeCreating(Consumer<NewObject> somebodyElse) {
    return reachTo(
        store ->
            new Delegating(store) {
              @Override
              public PendingObject create(NewObject object)
                  throws RemoteException, InterruptedException {
                somebodyElse.accept(object);
                return super.create(object);
              }
            });
  }

  Clouds reachBoth() {
    return reachFrom(UnaryOperator.identity()).reachTo(UnaryOperator.identity());
  }

  Clouds onMachineWith(Path... roots) {
    sources =
        Arrays.stream(roots)
            .map(
                root ->
                    new SourcePlace(
                        root,
                        root.resolveSibling(root.getFileName() + ".snapshots"),
                        String.valueOf(root.getFileName()),
                        false))
            .toList();
    return this;
  }

  /** What somebody does to the other remote after the last copy, and before the final check. */
  Clouds beforeTheFinalCheck(Runnable deed) {
    atTheEnd = deed;
    return this;
  }

  Clouds encodedAs(Encoding newEncoding) {
    encoding = newEncoding;
    return this;
  }

  private Reseed reseed() {
    var from = fromDoor.apply(this.from);
    var to = toDoor.apply(this.to);
    UploadEntries entries =
        new UploadEntries() {
          @Override
          public Optional<Encoding> encoding(UUID ofSource) {
            return Optional.ofNullable(encoding);
          }

          @Override
          public OptionalLong bytesPerSecond(UUID ofSource) {
            return OptionalLong.empty();
          }
        };
    return new Reseed(
        new ReseedSetup(end("a", from), end("b", to), entries, sources, "test"),
        btrfs,
        () -> START);
  }

  Clouds withKeys(ContentKeys newKeys) {
    keys = newKeys;
    return this;
  }

  private ReseedSetup.End end(String id, BackupStore store) {
    return new ReseedSetup.End(
        new RemoteId(id), store, new ContentReader(store, keys, _ -> List.of()));
  }

  ReseedPlan pretend(ReseedScope scope) throws Exception {
    return reseed().pretend(new Reseed.Options(scope, false));
  }

  ReseedReport run() throws IOException, LockedException, InterruptedException {
    return run(new ReseedScope.All(), false);
  }

  ReseedReport reencode() throws IOException, LockedException, InterruptedException {
    return run(new ReseedScope.All(), true);
  }

  ReseedReport run(ReseedScope scope, boolean reencode)
      throws IOException, LockedException, InterruptedException {
    events.clear();
    return reseed()
        .run(
            new Reseed.Options(scope, reencode),
            event -> {
              events.add(event);
              if (event instanceof ReseedEvent.FinalCheck) {
                atTheEnd.run();
              }
            });
  }

  static Catalog catalog(MemoryStore store) throws InterruptedException {
    return Catalog.of(store.list().objects());
  }

  /** Of the backups that the remote to be filled has. */
  List<UUID> uuids() throws InterruptedException {
    return catalog(to).backups().stream().map(StoredBackup::uuid).toList();
  }

  /** Invariants 1 and 3: what is visible is whole, and so is its chain. */
  void requireRestorable() throws Exception {
    var catalog = catalog(to);
    assertThat(catalog.damaged()).isEmpty();
    assertThat(to.pendingCount()).isZero();
    Map<UUID, BackupIdentity> identities = new HashMap<>();
    catalog.backups().forEach(backup -> identities.put(backup.uuid(), backup.identity()));
    assertThat(identities).hasSameSizeAs(catalog.backups());
    for (var backup : catalog.backups()) {
      assertThat(Chain.of(backup.uuid(), identities::get)).isInstanceOf(Chain.Complete.class);
      assertThat(read(backup)).isEqualTo(streams.get(backup.uuid()));
    }
  }

  /** The same, and everything is there. */
  void requireComplete() throws Exception {
    requireRestorable();
    assertThat(catalog(to).backups())
        .extracting(StoredBackup::uuid)
        .containsExactlyInAnyOrderElementsOf(streams.keySet());
  }

  private byte[] read(StoredBackup backup) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var reader = new ContentReader(to, ContentKeys.none(), _ -> List.of());
    reader.read(backup, bytes::write);
    if (backup.parts() != null) {
      var document = reader.commitDocument(backup);
      for (var segment : document.segments()) {
        assertThat(sha256(to.content(new ObjectKey(segment.name()))))
            .as("what the commit object tells of %s", segment.name())
            .isEqualTo(segment.content().sha256());
      }
    }
    return bytes.toByteArray();
  }
}
