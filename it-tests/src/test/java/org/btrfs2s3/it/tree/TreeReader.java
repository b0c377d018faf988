package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what {@link Manifest} holds from a file system. The whole path must fit PATH_MAX (4096).
 */
final class TreeReader {
  private static final int S_IFMT = 0xf000;
  private static final int PERMISSIONS = 0xfff;

  /** What a snapshot shows in place of a nested subvolume (BTRFS_EMPTY_SUBVOL_DIR_OBJECTID). */
  private static final long EMPTY_SUBVOLUME_INODE = 2;

  /** The root of every subvolume (BTRFS_FIRST_FREE_OBJECTID). */
  private static final long SUBVOLUME_ROOT_INODE = 256;

  private final byte[] root;
  private final boolean btrfs;
  private final SortedMap<RawPath, SortedMap<String, String>> entries = new TreeMap<>();
  private final Map<RawPath, String> groups = new HashMap<>();

  TreeReader(Path root) {
    this.root = root.toString().getBytes(UTF_8);
    this.btrfs = Posix.isOnBtrfs(this.root);
  }

  SortedMap<RawPath, SortedMap<String, String>> read() {
    visit(RawPath.ROOT);
    Manifest.addHardLinks(entries, groups);
    return entries;
  }

  private void visit(RawPath path) {
    byte[] absolute = absolute(path);
    Posix.Stat stat = Posix.stat(absolute);
    SortedMap<String, String> attributes = new TreeMap<>();
    entries.put(path, attributes);
    String type = type(path, stat);
    attributes.put(Manifest.TYPE, type);
    if (type.equals(Manifest.PLACEHOLDER)) {
      return;
    }
    addCommon(attributes, absolute, stat);
    switch (type) {
      case "dir" -> Posix.list(absolute).forEach(name -> visit(path.child(name)));
      case "file" -> {
        attributes.put("size", Long.toString(stat.size()));
        attributes.put("sha256", Posix.sha256(absolute));
      }
      case "symlink" -> attributes.put("target", base64(Posix.target(absolute)));
      case "char", "block" -> attributes.put("rdev", stat.rdevMajor() + ":" + stat.rdevMinor());
      default -> {} // a FIFO or a socket has nothing more
    }
    if (!type.equals("dir")) {
      attributes.put("nlink", Integer.toString(stat.nlink()));
      if (stat.nlink() > 1) {
        groups.put(path, Long.toString(stat.inode()));
      }
    }
  }

  private static void addCommon(
      SortedMap<String, String> attributes, byte[] path, Posix.Stat stat) {
    attributes.put("mode", "%04o".formatted(stat.mode() & PERMISSIONS));
    attributes.put("uid", Integer.toUnsignedString(stat.uid()));
    attributes.put("gid", Integer.toUnsignedString(stat.gid()));
    attributes.put("mtime_ns", Long.toString(stat.mtimeNanos()));
    Posix.xattrs(path)
        .forEach(
            (name, value) -> {
              // Properties (compression and the like) are not part of the content.
              if (!name.startsWith("btrfs.")) {
                attributes.put("xattr " + name, base64(value));
              }
            });
  }

  private String type(RawPath path, Posix.Stat stat) {
    return switch (stat.mode() & S_IFMT) {
      case 0x1000 -> "fifo";
      case 0x2000 -> "char";
      case 0x4000 -> isNestedSubvolume(path, stat.inode()) ? Manifest.PLACEHOLDER : "dir";
      case 0x6000 -> "block";
      case 0x8000 -> "file";
      case 0xa000 -> "symlink";
      case 0xc000 -> "socket";
      default -> throw new AssertionError(path + ": mode " + Integer.toOctalString(stat.mode()));
    };
  }

  private boolean isNestedSubvolume(RawPath path, long inode) {
    return btrfs
        && !path.equals(RawPath.ROOT)
        && (inode == EMPTY_SUBVOLUME_INODE || inode == SUBVOLUME_ROOT_INODE);
  }

  private byte[] absolute(RawPath path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(root);
    bytes.write('/');
    bytes.writeBytes(path.bytes());
    return bytes.toByteArray();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
