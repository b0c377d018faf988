package org.btrfs2s3.core.store;

import java.util.function.Predicate;

/**
 * A store whose listings lack objects, as those of a server that lags behind or has lost a part of
 * its index; asked for by its key, each object is there.
 */
public final class HidingStore extends ForwardingStore {

  private final Predicate<ObjectKey> hidden;

  /** Guarded by this. */
  private int listings;

  private final int misleading;

  /** Hides these for ever. */
  public HidingStore(BackupStore store, Predicate<ObjectKey> hidden) {
    this(store, hidden, Integer.MAX_VALUE);
  }

  /**
   * @param misleading how many listings lack something
   */
  public HidingStore(BackupStore store, Predicate<ObjectKey> hidden, int misleading) {
    super(store);
    this.hidden = hidden;
    this.misleading = misleading;
  }

  @Override
  public synchronized Listing list() throws RemoteException, InterruptedException {
    var listing = super.list();
    return ++listings > misleading
        ? listing
        : new Listing(
            listing.objects().stream().filter(object -> !hidden.test(object.key())).toList(),
            listing.serverTime(),
            listing.secondFiles(),
            listing.traces());
  }
}
