package org.btrfs2s3.core.inventory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.jspecify.annotations.Nullable;

/** What a backup contains. */
public final class Inventory {

  /** More than any path that the kernel can send; only a forged stream makes longer ones. */
  private static final int LONGEST_PATH = 1 << 16;

  private final InodeTree tree;

  Inventory(InodeTree tree) {
    this.tree = tree;
  }

  /** Takes entries one by one. */
  @FunctionalInterface
  public interface EntryVisitor {

    void visit(InventoryEntry entry) throws IOException;
  }

  /**
   * Shows every entry, the subvolume itself first: each directory before what is in it, and that in
   * the order of the bytes of the names.
   *
   * @throws IOException from the visitor, or if a path is longer than any can be
   */
  public void forEach(EntryVisitor visitor) throws IOException {
    new Walk(visitor).run(tree.root());
  }

  /** A name of a file that may have several. */
  private record FirstName(Inode directory, String name) {

    RawPath path() {
      var above = directory.path();
      return new RawPath(above.isEmpty() ? name : above + "/" + name);
    }
  }

  /**
   * A directory whose entries are being shown.
   *
   * @param pathLength of the path to it
   */
  private record Level(Inode directory, Iterator<Map.Entry<String, Inode>> rest, int pathLength) {}

  private static final class Walk {

    private final EntryVisitor visitor;
    private final IdentityHashMap<Inode, FirstName> firstNames = new IdentityHashMap<>();
    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    private final StringBuilder path = new StringBuilder();

    Walk(EntryVisitor visitor) {
      this.visitor = visitor;
    }

    void run(Inode root) throws IOException {
      visitor.visit(entry(new RawPath("."), root, null));
      push(root);
      while (!levels.isEmpty()) {
        var level = levels.element();
        path.setLength(level.pathLength());
        if (level.rest().hasNext()) {
          var next = level.rest().next();
          show(level.directory(), next.getKey(), next.getValue());
        } else {
          levels.pop();
        }
      }
    }

    private void show(Inode directory, String name, Inode inode) throws IOException {
      path.append(path.isEmpty() ? "" : "/").append(name);
      if (path.length() > LONGEST_PATH) {
        throw new IOException("a path is longer than any can be: " + LONGEST_PATH + " bytes");
      }
      FirstName first =
          inode.links > 1 ? firstNames.putIfAbsent(inode, new FirstName(directory, name)) : null;
      visitor.visit(entry(new RawPath(path.toString()), inode, first));
      push(inode);
    }

    private void push(Inode inode) {
      if (inode.children != null) {
        levels.push(new Level(inode, inode.children.entrySet().iterator(), path.length()));
      }
    }

    private static InventoryEntry entry(RawPath path, Inode inode, @Nullable FirstName first) {
      boolean isDevice =
          inode.type == EntryType.CHARACTER_DEVICE || inode.type == EntryType.BLOCK_DEVICE;
      return new InventoryEntry(
          path,
          inode.type,
          inode.size,
          inode.mode,
          inode.uid,
          inode.gid,
          inode.seconds,
          inode.nanos,
          inode.type == EntryType.SYMLINK ? new RawPath(inode.target) : null,
          isDevice ? InventoryEntry.Device.of(inode.device) : null,
          Math.max(1, inode.links),
          first == null ? null : first.path());
    }
  }
}
