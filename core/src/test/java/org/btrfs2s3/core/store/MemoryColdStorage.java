package org.btrfs2s3.core.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The frozen objects of a {@link MemoryStore}. They stay frozen until a test says that their thaw
 * has come to its end.
 */
public final class MemoryColdStorage implements ColdStorage {

  /** A thaw that was asked for and accepted. */
  public record Asked(ObjectKey key, RetrievalTier tier, int days) {}

  private final Predicate<ObjectKey> exists;

  // All guarded by this.
  private final Map<ObjectKey, Archive> archives = new TreeMap<>();
  private final Map<ObjectKey, ObjectState> states = new TreeMap<>();
  private final List<Asked> asked = new ArrayList<>();

  MemoryColdStorage(Predicate<ObjectKey> exists) {
    this.exists = exists;
  }

  /** Moves an object into an archive, as a rule of the remote would. */
  public synchronized void freeze(ObjectKey key, Archive archive) {
    archives.put(key, archive);
    states.put(key, new ObjectState.Frozen(archive));
  }

  /** Every copy that is on its way is there now. */
  public synchronized void finishThaws(@Nullable Instant until) {
    archives.keySet().forEach(key -> finishThaw(key, until));
  }

  /** The copy of one object is there, if it is on its way. */
  public synchronized void finishThaw(ObjectKey key, @Nullable Instant until) {
    if (states.get(key) instanceof ObjectState.Thawing) {
      states.put(key, new ObjectState.Available(until));
    }
  }

  /** In order; what was on its way already is not among it. */
  public synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** By the name of the archive. */
  @Override
  public boolean mayBeFrozen(@Nullable String storageClass) {
    return Arrays.stream(Archive.values()).anyMatch(one -> one.name().equals(storageClass));
  }

  @Override
  public ObjectState state(ObjectKey key) throws RemoteException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    // Not under the lock of this: the store asks while it holds its own.
    if (!exists.test(key)) {
      throw new RemoteException(Kind.NOT_FOUND, "there is no object " + key);
    }
    return known(key);
  }

  private synchronized ObjectState known(ObjectKey key) {
    return states.getOrDefault(key, new ObjectState.Available(null));
  }

  @Override
  public void thaw(ObjectKey key, Archive archive, RetrievalTier tier, int days)
      throws RemoteException, InterruptedException {
    if (state(key) instanceof ObjectState.Thawing) {
      return;
    }
    begin(key, archive, tier, days);
  }

  private synchronized void begin(ObjectKey key, Archive archive, RetrievalTier tier, int days)
      throws RemoteException {
    if (!archive.equals(archives.get(key)) || !archive.offers(tier)) {
      throw new RemoteException(Kind.REFUSED, "cannot thaw " + key + " from " + archive);
    }
    asked.add(new Asked(key, tier, days));
    states.put(key, new ObjectState.Thawing(archive));
  }

  void requireReadable(ObjectKey key) throws RemoteException {
    if (!(known(key) instanceof ObjectState.Available)) {
      throw new RemoteException(Kind.FROZEN, key + " is frozen");
    }
  }
}
