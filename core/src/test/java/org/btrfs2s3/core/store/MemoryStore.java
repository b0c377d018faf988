package org.btrfs2s3.core.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A store on the heap that passes the contract of the real ones, with a view behind the scenes.
 * Closing it leaves its objects: a test may open "the same remote" again by going on with it.
 */
public final class MemoryStore implements BackupStore {

  private record Entry(StoredObject object, Map<String, String> metadata, ByteBuffer content) {

    byte[] bytes() {
      var bytes = new byte[content.remaining()];
      content.duplicate().get(bytes);
      return bytes;
    }
  }

  // All fields are guarded by this.
  private final TreeMap<ObjectKey, Entry> entries = new TreeMap<>();
  private final MemoryColdStorage cold = new MemoryColdStorage(this::holds);
  private final Set<Pending> pending = new HashSet<>();

  /** Those of them that belong to processes that are gone. */
  private final Set<Pending> abandoned = new HashSet<>();

  private @Nullable Instant serverTime;
  private Instant lastModified = Instant.parse("2026-01-01T00:00:00Z");
  private @Nullable String storageClass;
  private int uploads;
  private final List<ObjectKey> commits = new ArrayList<>();
  private final Set<ObjectKey> traces = new TreeSet<>();
  private long bytesWritten;

  /** The clock that listings show; at first the remote has none. */
  public synchronized void setServerTime(@Nullable Instant serverTime) {
    this.serverTime = serverTime;
  }

  /** What objects get that are committed or put from now on. */
  public synchronized void setLastModified(Instant lastModified) {
    this.lastModified = lastModified;
  }

  /** What objects get that are committed or put from now on; at first none. */
  public synchronized void setStorageClass(@Nullable String storageClass) {
    this.storageClass = storageClass;
  }

  /** Puts or replaces an object, as somebody else than the store would. */
  public synchronized StoredObject put(
      ObjectKey key, byte[] content, Map<String, String> metadata) {
    var object = new StoredObject(key, content.length, lastModified, storageClass);
    entries.put(key, new Entry(object, Map.copyOf(metadata), ByteBuffer.wrap(content.clone())));
    return object;
  }

  /** Takes an object away, as somebody else than the store would. */
  public synchronized void remove(ObjectKey key) {
    entries.remove(key);
  }

  /** The same, but something still tells of it, as a directory's metadata do. */
  public synchronized void hide(ObjectKey key) {
    remove(key);
    traces.add(key);
  }

  public synchronized List<ObjectKey> keys() {
    return List.copyOf(entries.keySet());
  }

  /** The bytes of an object that must be there. */
  public synchronized byte[] content(ObjectKey key) {
    return entry(key).orElseThrow().bytes();
  }

  /** The user metadata of an object that must be there. */
  public synchronized Map<String, String> metadata(ObjectKey key) {
    return entry(key).orElseThrow().metadata();
  }

  /** Every object with its content, to compare the remote before and after. */
  public synchronized Map<ObjectKey, ByteBuffer> contents() {
    return entries.values().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.object().key(), entry -> entry.content().asReadOnlyBuffer()));
  }

  /** Every commit so far, in order, of whatever became of the object. */
  public synchronized List<ObjectKey> commits() {
    return List.copyOf(commits);
  }

  /** How many bytes were written so far, committed or not. */
  public synchronized long bytesWritten() {
    return bytesWritten;
  }

  /** How many objects were begun and neither committed nor closed. */
  public synchronized int pendingCount() {
    return pending.size();
  }

  /** Begins an upload that nobody goes on with, as a process that was killed would. */
  public synchronized UnfinishedUpload abandon(ObjectKey key, Instant begun) {
    var upload = begin(new NewObject(key, Map.of(), 0), begun);
    abandoned.add(upload);
    return upload.unfinished();
  }

  @Override
  public String location() {
    return "memory:";
  }

  @Override
  public synchronized Listing list() throws InterruptedException {
    stopIfInterrupted();
    return new Listing(
        entries.values().stream().map(Entry::object).toList(),
        serverTime,
        List.of(),
        traces.stream().filter(key -> !entries.containsKey(key)).toList());
  }

  @Override
  public synchronized Optional<ObjectDetails> find(ObjectKey key) throws InterruptedException {
    stopIfInterrupted();
    return entry(key).map(entry -> new ObjectDetails(entry.object(), entry.metadata()));
  }

  @Override
  public synchronized PendingObject create(NewObject object)
      throws RemoteException, InterruptedException {
    stopIfInterrupted();
    if (object.predecessor() == NewObject.Predecessor.NONE) {
      refuseIfTaken(object.key());
    }
    return begin(object, lastModified);
  }

  private Pending begin(NewObject object, Instant begun) {
    var created = new Pending(object, "memory-" + ++uploads, begun);
    pending.add(created);
    return created;
  }

  @Override
  public synchronized InputStream open(ObjectKey key, long offset)
      throws RemoteException, InterruptedException {
    stopIfInterrupted();
    var content =
        entry(key)
            .orElseThrow(() -> new RemoteException(Kind.NOT_FOUND, "there is no object " + key))
            .bytes();
    cold.requireReadable(key);
    int from = Math.toIntExact(offset);
    return new ByteArrayInputStream(content, from, content.length - from);
  }

  /** To freeze objects, and to let their thaws end. */
  public MemoryColdStorage cold() {
    return cold;
  }

  @Override
  public Optional<ColdStorage> coldStorage() {
    return Optional.of(cold);
  }

  @Override
  public synchronized DeleteReport delete(Collection<ObjectKey> keys) throws InterruptedException {
    stopIfInterrupted();
    keys.forEach(entries::remove);
    return new DeleteReport(List.copyOf(keys), Map.of());
  }

  /** Uploads that are written to, too. */
  @Override
  public synchronized List<UnfinishedUpload> unfinishedUploads() throws InterruptedException {
    stopIfInterrupted();
    return pending.stream().map(Pending::unfinished).toList();
  }

  @Override
  public synchronized void abort(UnfinishedUpload upload) throws InterruptedException {
    stopIfInterrupted();
    pending.removeIf(candidate -> candidate.unfinished().equals(upload));
  }

  @Override
  public synchronized void close() {
    pending.stream().filter(upload -> !abandoned.contains(upload)).toList().forEach(Pending::close);
  }

  private synchronized boolean holds(ObjectKey key) {
    return entries.containsKey(key);
  }

  private Optional<Entry> entry(ObjectKey key) {
    return Optional.ofNullable(entries.get(key));
  }

  private void refuseIfTaken(ObjectKey key) throws RemoteException {
    if (entries.containsKey(key)) {
      throw new RemoteException(Kind.CONFLICT, "an object " + key + " exists");
    }
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Guarded by the store. */
  private final class Pending implements PendingObject {

    private final NewObject object;
    private final String uploadId;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private final Instant begun;

    Pending(NewObject object, String uploadId, Instant begun) {
      this.object = object;
      this.uploadId = uploadId;
      this.begun = begun;
    }

    UnfinishedUpload unfinished() {
      return new UnfinishedUpload(object.key(), uploadId, begun);
    }

    @Override
    public void write(byte[] bytes, int offset, int length)
        throws RemoteException, InterruptedException {
      synchronized (MemoryStore.this) {
        goOn();
        content.write(bytes, offset, length);
        bytesWritten += length;
      }
    }

    @Override
    public StoredObject commit() throws RemoteException, InterruptedException {
      synchronized (MemoryStore.this) {
        goOn();
        if (object.predecessor() != NewObject.Predecessor.REPLACED) {
          refuseIfTaken(object.key());
        }
        var metadata = new TreeMap<>(object.metadata());
        metadata.put("btrfs2s3-upload-id", uploadId);
        pending.remove(this);
        commits.add(object.key());
        return put(object.key(), content.toByteArray(), metadata);
      }
    }

    @Override
    public void close() {
      synchronized (MemoryStore.this) {
        pending.remove(this);
      }
    }

    private void goOn() throws RemoteException, InterruptedException {
      stopIfInterrupted();
      if (!pending.contains(this)) {
        throw new RemoteException(Kind.TRANSIENT, object.key() + " was closed while written");
      }
    }
  }
}
