package org.btrfs2s3.core.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A store whose requests fail as a test says. Requests are counted from 1 and remembered, so that a
 * test can run once without faults and then once for each of {@link #requests}:
 *
 * <pre>{@code
 * new FaultyStore(store).fail(number(k), Kind.TRANSIENT)      // request k has no effect
 * new FaultyStore(store).loseResponse(number(k))              // request k works, but nobody knows
 * new FaultyStore(store).fail(fromNumber(k), Kind.TRANSIENT)        // the network is gone from k on
 * new FaultyStore(store).fail(allOf(Operation.COMMIT), Kind.DENIED)
 * new FaultyStore(store).failWrites(key -> true, 4096, Kind.TRANSIENT)
 * new FaultyStore(store).failDeletes(key::equals, Kind.DENIED)
 * }</pre>
 *
 * A rule stays in force; the first that applies counts. Writes and reads are no requests: their
 * faults are given by the byte at which they strike.
 */
public final class FaultyStore implements BackupStore {

  public enum Operation {
    LIST,
    FIND,
    CREATE,
    COMMIT,
    OPEN,
    DELETE,
    LIST_UPLOADS,
    ABORT,
    STATE,
    THAW
  }

  /**
   * What was asked of the store.
   *
   * @param number from 1, in order of arrival
   * @param keys what it is about; none for a listing
   */
  public record Request(int number, Operation operation, List<ObjectKey> keys) {

    public Request {
      keys = List.copyOf(keys);
    }

    @Override
    public String toString() {
      return number + " " + operation + " " + keys;
    }
  }

  /** A call that may fail as ports do. */
  private interface Call<T> {
    T run() throws RemoteException, InterruptedException;
  }

  /**
   * Requests that fail.
   *
   * @param effect whether the request is carried out before it fails
   */
  private record RequestFault(Predicate<Request> requests, Kind kind, boolean effect) {}

  private record ByteFault(Predicate<ObjectKey> keys, long offset, Kind kind) {}

  private record KeyFault(Predicate<ObjectKey> keys, Kind kind) {}

  private final BackupStore store;
  // The lists are guarded by this.
  private final List<Request> requests = new ArrayList<>();
  private final List<RequestFault> requestFaults = new ArrayList<>();
  private final List<ByteFault> writeFaults = new ArrayList<>();
  private final List<ByteFault> readFaults = new ArrayList<>();
  private final List<KeyFault> deleteFaults = new ArrayList<>();

  public FaultyStore(BackupStore store) {
    this.store = store;
  }

  public static Predicate<Request> number(int number) {
    return request -> request.number() == number;
  }

  public static Predicate<Request> fromNumber(int number) {
    return request -> request.number() >= number;
  }

  public static Predicate<Request> allOf(Operation operation) {
    return request -> request.operation() == operation;
  }

  /** These requests fail without effect. */
  public synchronized FaultyStore fail(Predicate<Request> requests, Kind kind) {
    requestFaults.add(new RequestFault(requests, kind, false));
    return this;
  }

  /** These requests are carried out, and then fail as {@code TRANSIENT}. */
  public synchronized FaultyStore loseResponse(Predicate<Request> requests) {
    requestFaults.add(new RequestFault(requests, Kind.TRANSIENT, true));
    return this;
  }

  /** Writing these objects fails at the byte with this offset, after those before it were taken. */
  public synchronized FaultyStore failWrites(Predicate<ObjectKey> keys, long offset, Kind kind) {
    writeFaults.add(new ByteFault(keys, offset, kind));
    return this;
  }

  /** Reading these objects fails at the byte with this offset, after those before it were given. */
  public synchronized FaultyStore failReads(Predicate<ObjectKey> keys, long offset, Kind kind) {
    readFaults.add(new ByteFault(keys, offset, kind));
    return this;
  }

  /** Deletes of these keys fail within the report; others of the same batch work. */
  public synchronized FaultyStore failDeletes(Predicate<ObjectKey> keys, Kind kind) {
    deleteFaults.add(new KeyFault(keys, kind));
    return this;
  }

  /** What was asked so far, in order. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    return request(Operation.LIST, List.of(), store::list);
  }

  @Override
  public Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException {
    return request(Operation.FIND, List.of(key), () -> store.find(key));
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    var key = object.key();
    return request(
        Operation.CREATE, List.of(key), () -> new FaultyObject(key, store.create(object)));
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    return request(
        Operation.OPEN,
        List.of(key),
        () -> new FaultyStream(store.open(key, offset), offset, byteFault(readFaults, key)));
  }

  @Override
  public Optional<ColdStorage> coldStorage() {
    return store.coldStorage().map(FaultyColdStorage::new);
  }

  @Override
  public DeleteReport delete(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    return request(Operation.DELETE, List.copyOf(keys), () -> deleteAllowed(keys));
  }

  @Override
  public void close() {
    store.close();
  }

  private DeleteReport deleteAllowed(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    var failed = new LinkedHashMap<ObjectKey, RemoteException>();
    for (var key : keys) {
      var fault = deleteFault(key);
      if (fault != null) {
        failed.put(key, scripted(fault.kind(), "delete of " + key));
      }
    }
    var report = store.delete(keys.stream().filter(key -> !failed.containsKey(key)).toList());
    failed.putAll(report.failed());
    return new DeleteReport(report.deleted(), failed);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException {
    return request(Operation.LIST_UPLOADS, List.of(), store::unfinishedUploads);
  }

  @Override
  public void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException {
    request(
        Operation.ABORT,
        List.of(upload.key()),
        () -> {
          store.abort(upload);
          return upload;
        });
  }

  private <T> T request(Operation operation, List<ObjectKey> keys, Call<T> call)
      throws RemoteException, InterruptedException {
    var request = next(operation, keys);
    var fault = requestFault(request);
    if (fault == null) {
      return call.run();
    }
    if (fault.effect()) {
      call.run();
    }
    throw scripted(fault.kind(), "request " + request);
  }

  private synchronized Request next(Operation operation, List<ObjectKey> keys) {
    var request = new Request(requests.size() + 1, operation, keys);
    requests.add(request);
    return request;
  }

  private synchronized @Nullable RequestFault requestFault(Request request) {
    return requestFaults.stream()
        .filter(fault -> fault.requests().test(request))
        .findFirst()
        .orElse(null);
  }

  private synchronized @Nullable KeyFault deleteFault(ObjectKey key) {
    return deleteFaults.stream().filter(fault -> fault.keys().test(key)).findFirst().orElse(null);
  }

  private synchronized @Nullable ByteFault byteFault(List<ByteFault> faults, ObjectKey key) {
    return faults.stream().filter(fault -> fault.keys().test(key)).findFirst().orElse(null);
  }

  private static RemoteException scripted(Kind kind, String what) {
    return new RemoteException(kind, "scripted fault: " + what);
  }

  private final class FaultyColdStorage implements ColdStorage {

    private final ColdStorage cold;

    FaultyColdStorage(ColdStorage cold) {
      this.cold = cold;
    }

    @Override
    public boolean mayBeFrozen(@Nullable String storageClass) {
      return cold.mayBeFrozen(storageClass);
    }

    @Override
    public ObjectState state(ObjectKey key) throws RemoteException, InterruptedException {
      return request(Operation.STATE, List.of(key), () -> cold.state(key));
    }

    @Override
    public void thaw(ObjectKey key, Archive archive, RetrievalTier tier, int days)
        throws RemoteException, InterruptedException {
      request(
          Operation.THAW,
          List.of(key),
          () -> {
            cold.thaw(key, archive, tier, days);
            return key;
          });
    }
  }

  private final class FaultyObject implements PendingObject {

    private final ObjectKey key;
    private final PendingObject object;
    private final @Nullable ByteFault fault;
    private long written;

    FaultyObject(ObjectKey key, PendingObject object) {
      this.key = key;
      this.object = object;
      this.fault = byteFault(writeFaults, key);
    }

    @Override
    public void write(byte[] bytes, int offset, int length)
        throws RemoteException, InterruptedException {
      if (fault != null && written + length > fault.offset()) {
        object.write(bytes, offset, (int) Math.max(0, fault.offset() - written));
        throw scripted(fault.kind(), "write of " + key + " at byte " + fault.offset());
      }
      object.write(bytes, offset, length);
      written += length;
    }

    @Override
    public StoredObject commit() throws RemoteException, InterruptedException {
      return request(Operation.COMMIT, List.of(key), object::commit);
    }

    @Override
    public void close() {
      object.close();
    }
  }

  private static final class FaultyStream extends FilterInputStream {

    private final @Nullable ByteFault fault;
    private long position;

    FaultyStream(InputStream in, long position, @Nullable ByteFault fault) {
      super(in);
      this.position = position;
      this.fault = fault;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, allowed(length));
      position += Math.max(0, read);
      return read;
    }

    private int allowed(int length) throws RemoteException {
      if (fault == null || length == 0) {
        return length;
      }
      if (position >= fault.offset()) {
        throw scripted(fault.kind(), "read at byte " + position);
      }
      return (int) Math.min(length, fault.offset() - position);
    }
  }
}
