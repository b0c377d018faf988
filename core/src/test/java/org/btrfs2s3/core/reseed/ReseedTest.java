package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.btrfs2s3.core.reseed.Ruin.damage;
import static org.btrfs2s3.core.reseed.Ruin.keyOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.LockedIdentities;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies between remotes, of whole and of damaged backups. */
final class ReseedTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void copiesParentsFirstWithWhatTheObjectsSayOfThemselves() throws Exception {
    // Invariants 1, 3.
    var clouds = Clouds.filled();
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.copied().values()).containsOnly(Assurance.STREAM).hasSize(4);
    assertThat(check(report).whole()).isNotNull();
    assertThat(check(report).notes()).isEmpty();
    clouds.requireComplete();
    assertThat(clouds.to.contents()).isEqualTo(clouds.from.contents());
    var commits = clouds.to.commits().stream().map(ObjectKey::value).toList();
    assertThat(commits.get(0)).contains(".uuid" + Clouds.uuid(1));
    assertThat(commits.get(1)).contains(".uuid" + Clouds.uuid(2));
    assertThat(commits.get(2)).contains(".uuid" + Clouds.uuid(3));
    assertThat(commits.get(6)).endsWith(".commit.sig");
    assertThat(commits.get(7)).endsWith(".commit");
    for (var backup : Clouds.catalog(clouds.to).backups()) {
      assertThat(BackupMetadata.identityIn(clouds.to.metadata(backup.key())))
          .contains(backup.identity());
    }
  }

  private static FinalReport check(ReseedReport report) {
    return Objects.requireNonNull(report.check());
  }

  @Test
  void leavesFoldersBehind() throws Exception {
    var clouds = new Clouds();
    clouds.fullIn("old/", 1);
    assertThat(clouds.run().failures()).isEmpty();
    assertThat(clouds.to.keys()).hasSize(1).noneMatch(key -> key.value().contains("/"));
    clouds.requireComplete();
  }

  @Test
  void aSecondRunDoesNothing() throws Exception {
    var clouds = Clouds.filled();
    clouds.run();
    int commits = clouds.to.commits().size();
    var again = clouds.run();
    assertThat(again.failures()).isEmpty();
    assertThat(again.copied()).isEmpty();
    assertThat(again.plan().items()).extracting(ReseedItem::way).containsOnly(Way.ALREADY_THERE);
    assertThat(clouds.to.commits()).hasSize(commits);
  }

  @Test
  void pretendingChangesNothing() throws Exception {
    // Invariant 5.
    var clouds = Clouds.filled();
    var plan = clouds.pretend(new ReseedScope.All());
    assertThat(plan.items()).extracting(ReseedItem::way).containsOnly(Way.STREAMED).hasSize(4);
    // Three segments, the commit object, its signature.
    assertThat(plan.items().getLast().objects()).isEqualTo(5);
    assertThat(clouds.to.keys()).isEmpty();
    assertThat(clouds.to.commits()).isEmpty();
  }

  @Test
  void whatIsToBeCopiedIsWhatIsCopied() throws Exception {
    var clouds = Clouds.filled();
    var plan = clouds.pretend(new ReseedScope.All());
    var report = clouds.run();
    assertThat(plan.items().stream().mapToInt(ReseedItem::objects).sum())
        .isEqualTo(clouds.to.keys().size())
        .isEqualTo(clouds.from.keys().size());
    long stored = clouds.to.keys().stream().mapToLong(key -> clouds.to.content(key).length).sum();
    assertThat(plan.bytes()).isEqualTo(stored);
    assertThat(report.bytes()).isEqualTo(stored);
    assertThat(clouds.pretend(new ReseedScope.All()).bytes()).isZero();
    assertThat(clouds.pretend(new ReseedScope.All()).items())
        .extracting(ReseedItem::bytes)
        .containsExactlyElementsOf(plan.items().stream().map(ReseedItem::bytes).toList());
  }

  @Test
  void aDamagedObjectIsNotCommittedAndItsChildrenAreSkipped() throws Exception {
    // Invariants 1, 3, 9.
    for (var reencode : List.of(false, true)) {
      var clouds = Clouds.reencoding();
      damage(clouds.from, keyOf(clouds.from, 2, ""));
      var report = clouds.run(new ReseedScope.All(), reencode);
      assertThat(report.failures()).hasSize(1);
      assertThat(report.failures().getFirst().kind()).isEqualTo(Failure.Kind.REMOTE);
      assertThat(report.failures().getFirst().message())
          .contains(Clouds.uuid(2).toString(), "send stream");
      assertThat(clouds.events)
          .filteredOn(ReseedEvent.Skipped.class::isInstance)
          .singleElement()
          .extracting(event -> ((ReseedEvent.Skipped) event).item().identity().uuid())
          .isEqualTo(Clouds.uuid(3));
      assertThat(clouds.uuids()).containsExactlyInAnyOrder(Clouds.uuid(1), Clouds.uuid(4));
      assertThat(clouds.to.pendingCount()).isZero();
    }
  }

  @Test
  void aDamagedSegmentMakesNoBackup() throws Exception {
    // Invariant 1.
    for (var reencode : List.of(false, true)) {
      var clouds = Clouds.reencoding();
      damage(clouds.from, keyOf(clouds.from, 4, ".seqn000002"));
      var report = clouds.run(new ReseedScope.All(), reencode);
      assertThat(report.failures()).hasSize(1);
      assertThat(clouds.uuids()).doesNotContain(Clouds.uuid(4)).hasSize(3);
    }
  }

  @Test
  void anObjectThatIsShorterThanListedIsNotCommitted() throws Exception {
    // Invariant 1; a filter's output, which nothing here can decode, is only counted.
    var clouds = new Clouds();
    var root = clouds.full(1);
    var key = keyOf(clouds.from, 1, "");
    clouds.from.put(key, new byte[100], Map.of());
    clouds.streams.put(root.uuid(), new byte[100]);
    var undecodable = clouds.run();
    assertThat(undecodable.failures()).isEmpty();
    assertThat(undecodable.copied().values()).containsExactly(Assurance.LENGTH);
    assertThat(check(undecodable).whole()).isNull();
    assertThat(check(undecodable).notes())
        .singleElement()
        .asString()
        .contains("not verified inside", key.value());

    var other = new Clouds();
    other.full(1);
    var from = other.from;
    other.reachFrom(store -> new Shrinking(from));
    var report = other.run();
    assertThat(report.failures())
        .singleElement()
        .extracting(Failure::message)
        .asString()
        .contains("was listed with");
    assertThat(other.to.keys()).isEmpty();
  }

  /** Gives all of an object that has become shorter since it was listed. */
  private static final class Shrinking extends Delegating {
    private final MemoryStore memory;

    Shrinking(MemoryStore memory) {
      super(memory);
      this.memory = memory;
    }

    @Override
    public java.io.InputStream open(ObjectKey key, long offset)
        throws RemoteException, InterruptedException {
      memory.put(key, "nothing that decodes".getBytes(StandardCharsets.US_ASCII), Map.of());
      return memory.open(key, offset);
    }
  }

  @Test
  void whatTheTargetSaysIsToldAsItIs() throws Exception {
    // Once it was "source: no space", because the thread that reads the source writes, too.
    for (var reencode : List.of(false, true)) {
      var zstd = new StandardEncoding(new Compression.Zstd(3), new Encryption.None());
      var clouds = new Clouds().encodedAs(zstd);
      clouds.full(1);
      clouds.reachTo(Full::new);
      assertThat(clouds.run(new ReseedScope.All(), reencode).failures())
          .singleElement()
          .extracting(Failure::message)
          .isEqualTo("backup " + Clouds.uuid(1) + ": no space left in b");
      assertThat(clouds.to.keys()).isEmpty();
    }
  }

  /** Takes nothing. */
  private static final class Full extends Delegating {
    Full(BackupStore store) {
      super(store);
    }

    @Override
    public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
      var pending = super.create(object);
      return new PendingObject() {
        @Override
        public void write(byte[] bytes, int offset, int length) throws RemoteException {
          throw new RemoteException(RemoteException.Kind.REFUSED, "no space left in b");
        }

        @Override
        public StoredObject commit() {
          throw new AssertionError("nothing was written");
        }

        @Override
        public void close() {
          pending.close();
        }
      };
    }
  }

  @Test
  void aTruncatedObjectOfTheSameNameIsReportedAndLeftAlone() throws Exception {
    // Invariants 10, 11.
    var clouds = Clouds.filled();
    var key = keyOf(clouds.from, 2, "");
    clouds.to.put(key, new byte[10], Map.of());
    var report = clouds.run();
    assertThat(report.failures())
        .anySatisfy(failure -> assertThat(failure.message()).contains("10 bytes", key.value()));
    assertThat(clouds.to.content(key)).hasSize(10);
    assertThat(clouds.uuids()).doesNotContain(Clouds.uuid(3));
  }

  @Test
  void anotherBackupOfTheSameSnapshotIsEnough() throws Exception {
    // Invariant 11: it was encoded otherwise, by an upload of its own.
    var clouds = Clouds.reencoding();
    clouds.reencode();
    var keys = clouds.to.keys();
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.copied()).isEmpty();
    assertThat(clouds.to.keys()).isEqualTo(keys);
  }

  @Test
  void segmentsOfAReencodingAreNeverTakenForCopies() throws Exception {
    // A half-finished reencoding, then a copy: the commit object must tell of what is there.
    var clouds = Clouds.reencoding();
    clouds.reachTo(store -> new Mortality(store, 5));
    assertThat(catchThrowable(clouds::reencode)).isInstanceOf(Mortality.Killed.class);
    assertThat(Clouds.catalog(clouds.to).unfinished()).hasSize(1);
    clouds.reachBoth();
    assertThat(clouds.run().failures()).isEmpty();
    clouds.requireComplete();
  }

  @Test
  void aSegmentThatIsNoCopyIsInTheWay() throws Exception {
    // Invariants 1, 11: as long as a copy would be, and left by somebody else.
    var clouds = Clouds.filled();
    var key = keyOf(clouds.from, 4, ".seqn000001");
    clouds.to.put(key, new byte[clouds.from.content(key).length], Map.of());
    var report = clouds.run();
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.message()).contains("commit object tells of", key.value()));
    assertThat(clouds.uuids()).doesNotContain(Clouds.uuid(4));
  }

  @Test
  void aSegmentWhoseMetadataAreLostIsComparedByItsBytes() throws Exception {
    var clouds = Clouds.filled();
    var key = keyOf(clouds.from, 4, ".seqn000000");
    clouds.to.put(key, clouds.from.content(key), Map.of());
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.copied().values()).containsOnly(Assurance.STREAM);
    clouds.requireComplete();
  }

  @Test
  void aSourceThatIsBeingUploadedStopsTheRun() throws Exception {
    var root = directory.resolve("data");
    var clouds = new Clouds();
    clouds.source(clouds.btrfs.addSource(root)).full(1);
    clouds.onMachineWith(root, directory.resolve("not there"));
    try (var _ = DirectoryLock.tryLock(root).orElseThrow()) {
      assertThatThrownBy(clouds::run)
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(root.toString());
      assertThat(clouds.to.keys()).isEmpty();
    }
    assertThat(clouds.run().failures()).isEmpty();
    assertThat(clouds.events).noneMatch(ReseedEvent.SourceElsewhere.class::isInstance);
    assertThat(DirectoryLock.tryLock(root)).isPresent().get().satisfies(DirectoryLock::close);
  }

  @Test
  void whatIsThereAlreadyMustNotBeDeletedMeanwhileEither() throws Exception {
    // Else the final check calls lost what an update has deleted.
    var root = directory.resolve("data");
    var clouds = new Clouds();
    clouds.source(clouds.btrfs.addSource(root)).full(1);
    clouds.onMachineWith(root);
    assertThat(clouds.run().failures()).isEmpty();
    clouds.source(new UUID(6, 6)).full(7);
    try (var _ = DirectoryLock.tryLock(root).orElseThrow()) {
      assertThatThrownBy(clouds::run).isInstanceOf(LockedException.class);
      assertThat(clouds.run(new ReseedScope.ChainOf(Clouds.uuid(7)), false).failures()).isEmpty();
    }
  }

  @Test
  void aSourceThatIsElsewhereIsNamed() throws Exception {
    var clouds = Clouds.filled();
    clouds.run();
    assertThat(clouds.events).contains(new ReseedEvent.SourceElsewhere(Clouds.SOURCE));
  }

  @Test
  void theServerCopiesWhereItCan() throws Exception {
    var clouds = Clouds.filled();
    clouds.reachTo(_ -> new Copying(clouds.to, null));
    assertThat(clouds.pretend(new ReseedScope.All()).items())
        .extracting(ReseedItem::way)
        .containsOnly(Way.SERVER_SIDE_COPY);
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.copied().values()).containsOnly(Assurance.LENGTH);
    assertThat(check(report).whole()).isNotNull();
    assertThat(clouds.to.bytesWritten()).isZero();
    clouds.requireComplete();
  }

  @Test
  void whatTheServerDoesNotCopyIsStreamed() throws Exception {
    var clouds = Clouds.filled();
    var refusing = new Copying(clouds.to, RemoteException.Kind.DENIED);
    clouds.reachTo(_ -> refusing);
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.copied().values()).containsOnly(Assurance.STREAM);
    assertThat(refusing.asked).isEqualTo(1);
    assertThat(clouds.events).anyMatch(ReseedEvent.Note.class::isInstance);
    clouds.requireComplete();
  }

  /** A server that copies by itself, or refuses to. */
  private static final class Copying extends Delegating implements ServerSideCopy {
    private final MemoryStore memory;
    private final RemoteException.@org.jspecify.annotations.Nullable Kind refusal;
    private int asked;

    Copying(MemoryStore memory, RemoteException.@org.jspecify.annotations.Nullable Kind refusal) {
      super(memory);
      this.memory = memory;
      this.refusal = refusal;
    }

    @Override
    public boolean canCopyFrom(BackupStore other) {
      return other instanceof MemoryStore;
    }

    @Override
    public StoredObject copy(
        BackupStore from, StoredObject source, NewObject copy, LongConsumer moved)
        throws RemoteException {
      asked++;
      if (refusal != null) {
        throw new RemoteException(refusal, "no copies here");
      }
      moved.accept(source.size());
      return memory.put(copy.key(), ((MemoryStore) from).content(source.key()), copy.metadata());
    }
  }

  private static ContentKeys locked() {
    var locked =
        new LockedIdentities(
            () -> {
              throw new IOException("key.asc: wrong passphrase");
            });
    return new ContentKeys(locked, Signers.anyone());
  }

  private static void encrypt(MemoryStore store, ObjectKey key) {
    store.put(new ObjectKey(key + ".gpg"), store.content(key), store.metadata(key));
    store.remove(key);
  }

  @Test
  void keysAreUnlockedBeforeAnythingIsCopied() throws Exception {
    var clouds = Clouds.filled();
    encrypt(clouds.from, keyOf(clouds.from, 3, ""));

    assertThatThrownBy(clouds.withKeys(locked())::run).hasMessage("key.asc: wrong passphrase");
    assertThat(clouds.to.keys()).isEmpty();
  }

  @Test
  void nobodyIsToldToDeleteWhatCannotBeReadHere() throws Exception {
    var clouds = new Clouds();
    clouds.full(1);
    encrypt(clouds.from, keyOf(clouds.from, 1, ""));
    var key = keyOf(clouds.from, 1, "");
    clouds.to.put(key, clouds.from.content(key), clouds.from.metadata(key));
    Ruin.truncate(clouds.to, key);

    assertThat(clouds.withKeys(locked()).run().failures())
        .extracting(Failure::message)
        .anyMatch(
            message -> message.contains("cannot be checked") && message.contains("--identity"))
        .noneMatch(message -> message.contains("delete"));
  }

  @Test
  void whatIsHiddenWhereItComesFromIsTold() throws Exception {
    // Whoever thinks that all was copied may throw the old disk away.
    var clouds = Clouds.filled();
    var hidden = keyOf(clouds.from, 3, "");
    clouds.from.remove(hidden);
    clouds.reachFrom(
        store ->
            new Delegating(clouds.from) {
              @Override
              public Listing list() throws RemoteException, InterruptedException {
                var listing = super.list();
                return new Listing(
                    listing.objects(), listing.serverTime(), List.of(), List.of(hidden));
              }
            });

    clouds.run();

    assertThat(clouds.events)
        .filteredOn(ReseedEvent.Note.class::isInstance)
        .extracting(event -> ((ReseedEvent.Note) event).message())
        .singleElement()
        .asString()
        .contains(Clouds.uuid(3).toString(), "not copied");
  }

  @Test
  void aCommitObjectOfLostSegmentsIsNotReplacedButTheWayOutIsTold() throws Exception {
    // Invariant 11.
    var clouds = Clouds.reencoding();
    assertThat(clouds.reencode().failures()).isEmpty();
    clouds.to.remove(keyOf(clouds.to, 4, ".seqn000001"));

    assertThat(clouds.reencode().failures())
        .extracting(Failure::message)
        .anyMatch(message -> message.contains("repair --remote b --commit " + Clouds.uuid(4)));
  }
}
