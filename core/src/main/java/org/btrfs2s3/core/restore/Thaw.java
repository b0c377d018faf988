package org.btrfs2s3.core.restore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ColdStorage;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.ObjectState;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RetrievalTier;

/**
 * Sees to it that whatever backups consist of can be read: tells what of it is frozen, and has it
 * thawed. Remembers nothing: who asks again finds what was asked for before.
 */
public final class Thaw {

  /** Lets time pass. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  /** An object to be fetched, and whether a listing leaves open that it is frozen. */
  private record Candidate(ObjectKey key, long size, boolean isSuspect) {}

  private static final ObjectState WARM = new ObjectState.Available(null);

  private final BackupStore store;
  private final ThawListener listener;
  private final Sleeper sleeper;

  public Thaw(BackupStore store, ThawListener listener, Sleeper sleeper) {
    this.store = store;
    this.listener = listener;
    this.sleeper = sleeper;
  }

  /** Asks the remote about those objects that may be frozen by their storage class, if any. */
  public ColdObjects look(Collection<StoredBackup> backups)
      throws RemoteException, InterruptedException {
    var cold = store.coldStorage();
    return cold.isEmpty()
        ? new ColdObjects(0, List.of())
        : firstLook(cold.get(), candidates(backups, cold.get(), false));
  }

  /**
   * Does nothing if all can be read now.
   *
   * @throws RestoreException with what to do, if one of them cannot be read now; a {@link
   *     NotYetException} if all that is missing is under way
   */
  public void requireReadable(Collection<StoredBackup> backups)
      throws RemoteException, RestoreException, InterruptedException {
    var objects = look(backups);
    if (!objects.frozen().isEmpty()) {
      throw ThawAdvice.frozen(objects);
    }
    if (!objects.thawing().isEmpty()) {
      throw ThawAdvice.thawing(objects);
    }
  }

  /**
   * Has everything thawed that is frozen, all of it before any of it is waited for, and returns
   * when all can be read.
   *
   * @throws RestoreException if the tier is not to be had: nothing was asked for then; a {@link
   *     NotYetException} if something cannot be read yet, and is not to be waited for
   */
  public void thaw(Collection<StoredBackup> backups, ThawRequest request)
      throws RemoteException, RestoreException, InterruptedException {
    var cold = store.coldStorage();
    if (cold.isEmpty()) {
      return;
    }
    var objects = firstLook(cold.get(), candidates(backups, cold.get(), true));
    while (!objects.areReadable()) {
      ask(cold.get(), objects.frozen(), request);
      if (!request.waits()) {
        throw ThawAdvice.notYet(objects);
      }
      var pause = pause(request.tier());
      listener.on(new ThawEvent.Waiting(objects.readable(), objects.objects().size(), pause));
      sleeper.sleep(pause);
      objects = lookAgain(cold.get(), objects);
    }
    if (!objects.objects().isEmpty()) {
      listener.on(new ThawEvent.Ready(objects.objects().size(), objects.readableUntil()));
    }
  }

  /**
   * @param thorough whether to suspect commit objects, too, of which a catalog does not know the
   *     storage class: nearly always they are warm, as rules spare small objects
   */
  private static List<Candidate> candidates(
      Collection<StoredBackup> backups, ColdStorage cold, boolean thorough) {
    List<Candidate> candidates = new ArrayList<>();
    for (var backup : backups) {
      boolean isSuspect =
          cold.mayBeFrozen(backup.storageClass())
              || StoredBackup.SEVERAL_CLASSES.equals(backup.storageClass());
      candidates.addAll(objects(backup, isSuspect, thorough));
    }
    return candidates;
  }

  private static List<Candidate> objects(StoredBackup backup, boolean isSuspect, boolean thorough) {
    var parts = backup.parts();
    if (parts == null) {
      return List.of(new Candidate(backup.key(), backup.size(), isSuspect));
    }
    // A signature is fetched with the commit object, if one is required.
    var small =
        Stream.concat(
            Stream.of(backup.key()), parts.others().stream().filter(Thaw::isSignatureOfCommit));
    return Stream.concat(
            small.map(key -> new Candidate(key, 0, isSuspect || thorough)),
            parts.segments().stream()
                .map(segment -> new Candidate(segment.key(), segment.size(), isSuspect)))
        .toList();
  }

  private static boolean isSignatureOfCommit(ObjectKey key) {
    return BackupKey.decode(key.value()) instanceof ParsedKey.CommitSignature;
  }

  /** Leaves out what turns out not to be in cold storage at all. */
  private static ColdObjects firstLook(ColdStorage cold, List<Candidate> candidates)
      throws RemoteException, InterruptedException {
    List<ColdObject> objects = new ArrayList<>();
    for (var candidate : candidates) {
      if (candidate.isSuspect()) {
        var state = cold.state(candidate.key());
        if (!WARM.equals(state)) {
          objects.add(new ColdObject(candidate.key(), candidate.size(), state));
        }
      }
    }
    return new ColdObjects(candidates.size(), objects);
  }

  /** At all of them: what was thawed first may be frozen again when the last one comes. */
  private static ColdObjects lookAgain(ColdStorage cold, ColdObjects objects)
      throws RemoteException, InterruptedException {
    List<ColdObject> now = new ArrayList<>();
    for (var one : objects.objects()) {
      now.add(new ColdObject(one.key(), one.size(), cold.state(one.key())));
    }
    return new ColdObjects(objects.total(), now);
  }

  private void ask(ColdStorage cold, List<ColdObject> frozen, ThawRequest request)
      throws RemoteException, RestoreException, InterruptedException {
    requireOffered(frozen, request.tier());
    for (var one : frozen) {
      if (one.state() instanceof ObjectState.Frozen state) {
        cold.thaw(one.key(), state.archive(), request.tier(), request.days());
      }
    }
    if (!frozen.isEmpty()) {
      listener.on(new ThawEvent.Asked(frozen.size(), ColdObjects.bytes(frozen), request.tier()));
    }
  }

  /** For all of them before the first is asked for: half a chain is of no use, and is paid for. */
  private static void requireOffered(List<ColdObject> frozen, RetrievalTier tier)
      throws RestoreException {
    for (var archive : new ColdObjects(frozen.size(), frozen).archives().entrySet()) {
      if (!archive.getKey().offers(tier)) {
        throw ThawAdvice.notOffered(tier, archive.getValue(), archive.getKey());
      }
    }
  }

  private static Duration pause(RetrievalTier tier) {
    return switch (tier) {
      case EXPEDITED -> Duration.ofMinutes(1);
      case STANDARD -> Duration.ofMinutes(5);
      case BULK -> Duration.ofMinutes(15);
    };
  }
}
