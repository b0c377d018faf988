package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/** What the two remotes hold: as they were listed, and what was copied since. For one thread. */
final class Remotes {
  private final ReseedSetup setup;
  private final Map<ObjectKey, StoredObject> from;
  private final Map<ObjectKey, StoredObject> to;
  private final Catalog fromCatalog;
  private final Catalog toCatalog;
  private final Map<ReseedScope.Id, StoredBackup> known = new HashMap<>();

  private Remotes(ReseedSetup setup, Listing from, Listing to) {
    this.setup = setup;
    this.from = byKey(from);
    this.to = byKey(to);
    this.fromCatalog = Catalog.of(from);
    this.toCatalog = Catalog.of(to.objects());
    for (var set : ReseedPlanner.bySource(toCatalog).values()) {
      set.byUuid().values().forEach(this::add);
    }
  }

  static Remotes list(ReseedSetup setup) throws RemoteException, InterruptedException {
    return new Remotes(setup, setup.from().store().list(), setup.to().store().list());
  }

  private static Map<ObjectKey, StoredObject> byKey(Listing listing) {
    return listing.objects().stream()
        .collect(Collectors.toMap(StoredObject::key, object -> object, (one, _) -> one));
  }

  Catalog fromCatalog() {
    return fromCatalog;
  }

  Catalog toCatalog() {
    return toCatalog;
  }

  /** An object that a backup of the listing consists of. */
  StoredObject source(ObjectKey key) throws RemoteException {
    var object = from.get(key);
    if (object == null) {
      throw new RemoteException(
          RemoteException.Kind.NOT_FOUND, "there is no object " + key + " on " + setup.from().id());
    }
    return object;
  }

  /** Of an object of the listing; 0 if it has none of that name. */
  long bytes(ObjectKey key) {
    var object = from.get(key);
    return object == null ? 0 : object.size();
  }

  /** What had the key when the remote was listed; null if nothing. */
  @Nullable StoredObject there(ObjectKey key) {
    return to.get(key);
  }

  /** A backup was made visible. */
  void add(StoredBackup backup) {
    known.put(ReseedScope.Id.of(backup.identity()), backup);
  }

  /**
   * The whole chain of the send parent is known to be there (invariant 3).
   *
   * @throws RemoteException if it is not
   */
  List<StoredBackup> ancestors(BackupIdentity identity) throws RemoteException {
    var ancestors = new ArrayList<StoredBackup>();
    for (var next = identity.sendParent(); next != null; ) {
      var ancestor = known.get(new ReseedScope.Id(identity.source(), next));
      if (ancestor == null || ancestors.contains(ancestor)) {
        throw missing(identity, next);
      }
      ancestors.add(ancestor);
      next = ancestor.identity().sendParent();
    }
    return ancestors;
  }

  /** They are still there. */
  void requireStillThere(BackupIdentity identity, List<StoredBackup> ancestors)
      throws RemoteException, InterruptedException {
    for (var ancestor : ancestors) {
      if (setup.to().store().find(ancestor.key()).isEmpty()) {
        throw missing(identity, ancestor.uuid());
      }
    }
  }

  private RemoteException missing(BackupIdentity identity, UUID ancestor) {
    return new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "backup %s needs backup %s, which is not on %s; run again"
            .formatted(identity.uuid(), ancestor, setup.to().id()));
  }
}
