package org.btrfs2s3.core.update;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;

/**
 * A remote that stops answering, and does not heed interrupts: what blocks ends only when the
 * object, or the store, is closed.
 */
final class Blocking {

  /** In which call. */
  enum Where {
    CREATE,
    WRITE,
    COMMIT
  }

  private final Where where;

  /** How many calls still block. */
  private final AtomicInteger left;

  private final AtomicInteger blocked = new AtomicInteger();

  /** Guarded by this: nothing blocks any more. */
  private boolean open;

  Blocking(Where where, int times) {
    this.where = where;
    this.left = new AtomicInteger(times);
  }

  BackupStore in(BackupStore store) {
    return new BlockingStore(store);
  }

  /** How many calls blocked so far. */
  int blocked() {
    return blocked.get();
  }

  /** Waits until so many calls have blocked. */
  synchronized void awaitBlocked(int calls) {
    await(() -> blocked.get() >= calls);
  }

  /** Ends everything that blocks, once so many calls did, or after a while. */
  synchronized void closeAfter(int calls, Duration atMost) {
    long begin = System.nanoTime();
    await(() -> blocked.get() >= calls || System.nanoTime() - begin > atMost.toNanos());
    open = true;
    notifyAll();
  }

  /** Keeps interrupts for later. */
  private synchronized void await(BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait(50);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A door that may be shut; each object has one of its own. */
  private final class Door {

    /** Guarded by the blocking. */
    private boolean closed;

    void pass(Where here) throws RemoteException {
      if (here != where || left.getAndDecrement() <= 0) {
        return;
      }
      synchronized (Blocking.this) {
        blocked.incrementAndGet();
        Blocking.this.notifyAll();
        await(() -> closed || open);
      }
      throw new RemoteException(RemoteException.Kind.TRANSIENT, "closed while it blocked");
    }

    void close() {
      synchronized (Blocking.this) {
        closed = true;
        Blocking.this.notifyAll();
      }
    }
  }

  private final class BlockingStore extends ForwardingStore {

    private final Door door = new Door();

    BlockingStore(BackupStore store) {
      super(store);
    }

    @Override
    public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
      door.pass(Where.CREATE);
      return new BlockingObject(store.create(object));
    }

    @Override
    public void close() {
      door.close();
      store.close();
    }
  }

  private final class BlockingObject implements PendingObject {

    private final PendingObject object;
    private final Door door = new Door();

    BlockingObject(PendingObject object) {
      this.object = object;
    }

    @Override
    public void write(byte[] bytes, int offset, int length)
        throws RemoteException, InterruptedException {
      door.pass(Where.WRITE);
      object.write(bytes, offset, length);
    }

    @Override
    public StoredObject commit() throws RemoteException, InterruptedException {
      door.pass(Where.COMMIT);
      return object.commit();
    }

    @Override
    public void close() {
      door.close();
      object.close();
    }
  }
}
