package org.btrfs2s3.core.inventory;

import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.btrfs2s3.core.sendstream.TreeChange;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.btrfs2s3.core.sendstream.TreeChangeVisitor;
import org.jspecify.annotations.Nullable;

/**
 * The names of a subvolume and what they stand for, changed as send streams demand: {@code send}
 * creates everything under temporary names and moves it, whole directories included, so this is a
 * tree of nodes and no set of paths.
 *
 * <p>Memory: {@link #BYTES_PER_ENTRY} and the length of its name for each name, and the length of
 * its target for each symbolic link.
 */
final class InodeTree implements TreeChangeVisitor<ImpossibleChangeException> {

  /**
   * An inode has 80 bytes, its place in a directory 40, its name 40 and its characters; a directory
   * has 48 more, or a symbolic link 40.
   */
  static final int BYTES_PER_ENTRY = 208;

  private static final Pattern SLASHES = Pattern.compile("/");

  private final Inode root = new Inode(EntryType.DIRECTORY, 0, "");
  private int entries;
  private long bytes;

  Inode root() {
    return root;
  }

  /** How many names there are, the root excepted. */
  int entries() {
    return entries;
  }

  /** What the tree takes, about. */
  long bytes() {
    return bytes;
  }

  @Override
  public void visit(TreeChange change) throws ImpossibleChangeException {
    switch (change) {
      case TreeChange.Create create -> create(create);
      case TreeChange.Rename rename -> rename(rename);
      case TreeChange.Link link -> link(link);
      case TreeChange.Unlink unlink -> unlink(unlink);
      case TreeChange.RemoveDirectory removal -> removeDirectory(removal);
      case TreeChange.Extend extension -> {
        var file = file(extension);
        file.size = Math.max(file.size, extension.end());
      }
      case TreeChange.Resize resize -> file(resize).size = resize.size();
      case TreeChange.SetMode set -> find(set, set.path()).mode = set.mode();
      case TreeChange.SetOwner set -> {
        var inode = find(set, set.path());
        inode.uid = set.uid();
        inode.gid = set.gid();
      }
      case TreeChange.SetTime set -> {
        var inode = find(set, set.path());
        inode.seconds = set.seconds();
        inode.nanos = set.nanos();
      }
    }
  }

  private void create(TreeChange.Create create) throws ImpossibleChangeException {
    var place = place(create, create.path());
    if (place.occupant() != null) {
      throw impossible(create, "it exists");
    }
    put(place, new Inode(create.type(), create.device(), create.target()));
  }

  private void rename(TreeChange.Rename rename) throws ImpossibleChangeException {
    var from = place(rename, rename.path());
    var to = place(rename, rename.to());
    var inode = from.occupant();
    if (inode == null) {
      throw impossible(rename, "it does not exist");
    }
    if (inode == to.occupant()) {
      return; // Two names of one file: rename(2) leaves both.
    }
    if (inode.children != null && inode.holds(to.directory())) {
      throw impossible(rename, "a directory cannot be moved into itself");
    }
    var replaced = to.occupant();
    if (replaced != null) {
      if (replaced.children != null && !replaced.children.isEmpty()) {
        throw impossible(rename, "a directory that is not empty is in the way");
      }
      remove(to, replaced);
    }
    remove(from, inode);
    put(to, inode);
  }

  private void link(TreeChange.Link link) throws ImpossibleChangeException {
    var inode = find(link, link.existing());
    var place = place(link, link.path());
    if (inode.children != null) {
      throw impossible(link, "a directory cannot have two names");
    }
    if (place.occupant() != null) {
      throw impossible(link, "it exists");
    }
    put(place, inode);
  }

  private void unlink(TreeChange.Unlink unlink) throws ImpossibleChangeException {
    var place = place(unlink, unlink.path());
    var inode = place.occupant();
    if (inode == null || inode.children != null) {
      throw impossible(unlink, inode == null ? "it does not exist" : "it is a directory");
    }
    remove(place, inode);
  }

  private void removeDirectory(TreeChange.RemoveDirectory removal)
      throws ImpossibleChangeException {
    var place = place(removal, removal.path());
    var inode = place.occupant();
    if (inode == null || inode.children == null || !inode.children.isEmpty()) {
      throw impossible(
          removal, inode == null ? "it does not exist" : "it is no directory, or is not empty");
    }
    remove(place, inode);
  }

  private Inode file(TreeChange change) throws ImpossibleChangeException {
    var inode = find(change, change.path());
    if (inode.type != EntryType.FILE) {
      throw impossible(change, "it is no file");
    }
    return inode;
  }

  private void put(Place place, Inode inode) {
    place.siblings().put(place.name(), inode);
    inode.links++;
    if (inode.children != null) {
      inode.parent = place.directory();
      inode.name = place.name();
    }
    entries++;
    bytes += bytesOf(place.name(), inode);
  }

  private void remove(Place place, Inode inode) {
    place.siblings().remove(place.name());
    inode.links--;
    entries--;
    bytes -= bytesOf(place.name(), inode);
  }

  /** Of a file with several names, each counts in full: rather too much than too little. */
  private static long bytesOf(String name, Inode inode) {
    return (long) BYTES_PER_ENTRY + name.length() + inode.target.length();
  }

  /**
   * Where a name stands, or may be put.
   *
   * @param siblings everything in the directory
   * @param occupant what has the name; null if nothing has
   */
  private record Place(
      Inode directory, TreeMap<String, Inode> siblings, String name, @Nullable Inode occupant) {}

  private Place place(TreeChange change, String path) throws ImpossibleChangeException {
    var names = names(path);
    if (names.isEmpty()) {
      throw impossible(change, "it is the subvolume itself");
    }
    var directory = walk(change, names.subList(0, names.size() - 1));
    var siblings = directory.children;
    if (siblings == null) {
      throw impossible(change, "it lies in something that is no directory");
    }
    var name = names.getLast();
    return new Place(directory, siblings, name, siblings.get(name));
  }

  private Inode find(TreeChange change, String path) throws ImpossibleChangeException {
    return walk(change, names(path));
  }

  private Inode walk(TreeChange change, List<String> names) throws ImpossibleChangeException {
    var inode = root;
    for (var name : names) {
      var child = inode.children == null ? null : inode.children.get(name);
      if (child == null) {
        throw impossible(change, "it, or what it lies in, does not exist");
      }
      inode = child;
    }
    return inode;
  }

  private static List<String> names(String path) {
    return SLASHES
        .splitAsStream(path)
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }

  /** The record's text names the operation and its paths; it is printed with escapes. */
  private static ImpossibleChangeException impossible(TreeChange change, String reason) {
    return new ImpossibleChangeException("impossible change " + change + ": " + reason);
  }
}
