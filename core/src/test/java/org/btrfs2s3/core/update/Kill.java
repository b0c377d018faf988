package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;

/** Kills a run: after so many effects on snapshots and remotes there are no more. */
final class Kill {

  /** Thrown into the run; nothing catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final int allowed;

  /** Guarded by this. */
  private int effects;

  private Kill(int allowed) {
    this.allowed = allowed;
  }

  /** Lets the next run of the world have this many effects. */
  static Kill after(int effects, World world) {
    var kill = new Kill(effects);
    world.btrfs.watch((_, _) -> kill.beforeEffect());
    world
        .stores
        .keySet()
        .forEach(remote -> world.reach(remote, store -> kill.new MortalStore(store)));
    return kill;
  }

  /** The next run is not killed. */
  static void never(World world) {
    world.btrfs.watch((_, _) -> {});
    world.stores.keySet().forEach(world::reach);
  }

  private synchronized void beforeEffect() {
    if (effects >= allowed) {
      throw new Killed();
    }
    effects++;
  }

  synchronized int effects() {
    return effects;
  }

  private final class MortalStore extends ForwardingStore {

    MortalStore(BackupStore store) {
      super(store);
    }

    @Override
    public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
      return new MortalObject(store.create(object));
    }

    /** One by one: a run can be killed in the middle of a batch too. */
    @Override
    public DeleteReport delete(Collection<ObjectKey> keys)
        throws RemoteException, InterruptedException {
      List<ObjectKey> deleted = new ArrayList<>();
      Map<ObjectKey, RemoteException> failed = new HashMap<>();
      for (var key : keys) {
        beforeEffect();
        var report = store.delete(List.of(key));
        deleted.addAll(report.deleted());
        failed.putAll(report.failed());
      }
      return new DeleteReport(deleted, failed);
    }

    @Override
    public void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException {
      beforeEffect();
      store.abort(upload);
    }
  }

  private final class MortalObject implements PendingObject {

    private final PendingObject object;

    MortalObject(PendingObject object) {
      this.object = object;
    }

    @Override
    public void write(byte[] bytes, int offset, int length)
        throws RemoteException, InterruptedException {
      object.write(bytes, offset, length);
    }

    @Override
    public StoredObject commit() throws RemoteException, InterruptedException {
      beforeEffect();
      return object.commit();
    }

    @Override
    public void close() {
      object.close();
    }
  }
}
