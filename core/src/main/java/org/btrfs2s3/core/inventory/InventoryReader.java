package org.btrfs2s3.core.inventory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.sendstream.TreeChange;
import org.btrfs2s3.core.sendstream.TreeChangeReader;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Reads the streams of a chain to their ends, the full one first, and applies them to a tree. Every
 * stream is verified and authenticated as for a restore; only then is anything told of it.
 *
 * <p>Memory: {@link #BYTES_PER_ENTRY} and the length of its name for each name in the tree, up to a
 * limit; besides that what {@link ContentReader} needs. The content of files is not kept.
 */
public final class InventoryReader {

  /** Of the heap. */
  public static final int BYTES_PER_ENTRY = InodeTree.BYTES_PER_ENTRY;

  /** What is told of the objects that are read. */
  public interface Listener {

    /** An object is read from its begin. */
    void reading(StoredBackup object);

    /** An object failed, and another one of the same backup takes its place; all begins anew. */
    void otherTried(StoredBackup other, IOException failure);
  }

  private final ContentReader reader;
  private final long memory;
  private final Listener listener;

  /**
   * @param memory bytes that the tree may take
   */
  public InventoryReader(ContentReader reader, long memory, Listener listener) {
    this.reader = reader;
    this.memory = memory;
    this.listener = listener;
  }

  /**
   * What the last backup of a chain contains.
   *
   * @param chain complete, parents first: of each backup all objects that hold it, of which the
   *     next one is tried where one fails
   * @throws UnreadableBackupException if one of them is damaged; the message names its last object
   * @throws InventoryLimitException if the tree takes more memory than it may
   * @throws RemoteException if the remote does not deliver
   */
  public Inventory read(List<List<StoredBackup>> chain) throws IOException, InterruptedException {
    reader.unlockFor(chain.stream().flatMap(List::stream).toList());
    var left = chain.stream().map(ArrayDeque::new).toList();
    var tree = new InodeTree();
    for (int i = 0; i < left.size(); ) {
      try {
        read(left.get(i).element(), tree);
        i++;
      } catch (IOException e) {
        left.get(i).remove();
        boolean isOfObject =
            !(e instanceof InventoryLimitException)
                && !(e instanceof RemoteException r && r.isAway());
        if (!isOfObject || left.get(i).isEmpty()) {
          throw e;
        }
        listener.otherTried(left.get(i).element(), e);
        // What was applied of it cannot be taken back.
        tree = new InodeTree();
        i = 0;
      }
    }
    return new Inventory(tree);
  }

  private void read(StoredBackup backup, InodeTree tree) throws IOException, InterruptedException {
    listener.reading(backup);
    try {
      apply(backup, tree);
    } catch (RemoteException | InventoryLimitException e) {
      throw e;
    } catch (IOException e) {
      // The pipeline's failure is that of its source, or of what it flows into.
      switch (e.getCause()) {
        case RemoteException remote ->
            throw new RemoteException(
                remote.kind(), "cannot read " + backup.key() + ": " + remote.getMessage(), e);
        case InventoryLimitException limit -> throw limit;
        case null, default -> throw new UnreadableBackupException(backup.key(), e);
      }
    }
  }

  private void apply(StoredBackup backup, InodeTree tree) throws IOException, InterruptedException {
    var identity = backup.identity();
    var changes =
        new TreeChangeReader<IOException>(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()),
            change -> apply(change, tree));
    reader.read(backup, changes::update);
    changes.finish();
  }

  private void apply(TreeChange change, InodeTree tree)
      throws ImpossibleChangeException, InventoryLimitException {
    tree.visit(change);
    if (tree.bytes() > memory) {
      throw new InventoryLimitException(tree.entries(), memory);
    }
  }
}
