package org.btrfs2s3.it.tree;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * System calls on paths of raw bytes, which java.nio cannot open when they are not UTF-8. Links are
 * never followed. A failed call is an AssertionError: a tree under test holds still.
 *
 * <p>Numbers and layouts from statx(2), getdents64(2) and statfs(2), which are the same on x86-64
 * and arm64.
 */
final class Posix {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int O_RDONLY = 0;
  private static final long BTRFS_SUPER_MAGIC = 0x9123683eL;
  private static final int BUFFER_BYTES = 1 << 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private static final MethodHandle STATX =
      function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle STATFS = function("statfs", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle OPEN = function("open", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle GETDENTS =
      function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle READLINK =
      function("readlink", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLISTXATTR =
      function("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LGETXATTR =
      function("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

  private Posix() {}

  /**
   * What lstat tells.
   *
   * @param mode type and permission bits
   * @param mtimeNanos since 1970, negative before
   */
  record Stat(
      int mode,
      int uid,
      int gid,
      int nlink,
      long inode,
      long size,
      long mtimeNanos,
      int rdevMajor,
      int rdevMinor) {}

  static Stat stat(byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(256, 8);
      call(STATX, path, AT_FDCWD, cString(arena, path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, s);
      return new Stat(
          Short.toUnsignedInt(s.get(JAVA_SHORT, 28)),
          s.get(JAVA_INT, 20),
          s.get(JAVA_INT, 24),
          s.get(JAVA_INT, 16),
          s.get(JAVA_LONG, 32),
          s.get(JAVA_LONG, 40),
          s.get(JAVA_LONG, 112) * 1_000_000_000 + s.get(JAVA_INT, 120),
          s.get(JAVA_INT, 128),
          s.get(JAVA_INT, 132));
    }
  }

  static boolean isOnBtrfs(byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(256, 8);
      call(STATFS, path, cString(arena, path), s);
      return s.get(JAVA_LONG, 0) == BTRFS_SUPER_MAGIC;
    }
  }

  /** Names of a directory's entries, without "." and "..". */
  static List<byte[]> list(byte[] directory) {
    List<byte[]> names = new ArrayList<>();
    read(
        GETDENTS,
        directory,
        (buffer, length) -> {
          for (long at = 0; at < length; at += buffer.get(JAVA_SHORT, at + 16)) {
            String name = buffer.getString(at + 19, ISO_8859_1);
            if (!name.equals(".") && !name.equals("..")) {
              names.add(name.getBytes(ISO_8859_1));
            }
          }
        });
    return names;
  }

  /** Lower-case hex. */
  static String sha256(byte[] file) {
    MessageDigest digest = newSha256();
    read(READ, file, (buffer, length) -> digest.update(buffer.asSlice(0, length).asByteBuffer()));
    return HexFormat.of().formatHex(digest.digest());
  }

  static byte[] target(byte[] symlink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      long length = call(READLINK, symlink, cString(arena, symlink), buffer, (long) BUFFER_BYTES);
      return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }
  }

  static SortedMap<String, byte[]> xattrs(byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cPath = cString(arena, path);
      MemorySegment names = arena.allocate(BUFFER_BYTES);
      long length = call(LLISTXATTR, path, cPath, names, (long) BUFFER_BYTES);
      SortedMap<String, byte[]> xattrs = new TreeMap<>();
      MemorySegment value = arena.allocate(BUFFER_BYTES);
      for (long at = 0; at < length; ) {
        String name = names.getString(at, UTF_8);
        MemorySegment cName = arena.allocateFrom(name);
        long size = call(LGETXATTR, path, cPath, cName, value, (long) BUFFER_BYTES);
        xattrs.put(name, value.asSlice(0, size).toArray(JAVA_BYTE));
        at += cName.byteSize();
      }
      return xattrs;
    }
  }

  @FunctionalInterface
  private interface Chunk {
    void accept(MemorySegment buffer, long length);
  }

  /** Opens a path and calls read or getdents64 until it returns 0. */
  private static void read(MethodHandle call, byte[] path, Chunk chunk) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
      int descriptor = (int) call(OPEN, path, cString(arena, path), O_RDONLY);
      try {
        long length;
        while ((length = call(call, path, descriptor, buffer, (long) BUFFER_BYTES)) > 0) {
          chunk.accept(buffer, length);
        }
      } finally {
        call(CLOSE, path, descriptor);
      }
    }
  }

  private static MemorySegment cString(Arena arena, byte[] bytes) {
    MemorySegment string = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, string, JAVA_BYTE, 0, bytes.length);
    return string;
  }

  @SuppressWarnings(
      "restricted") // Granted by --enable-native-access; signatures are of the manuals.
  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO);
  }

  private static long call(MethodHandle function, byte[] path, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      List<Object> all = new ArrayList<>(List.of(arguments));
      all.addFirst(state);
      long result = ((Number) function.invokeWithArguments(all)).longValue();
      if (result < 0) {
        int errno = state.get(JAVA_INT, 0);
        throw new AssertionError(RawPath.of(path) + ": errno " + errno + " from " + function);
      }
      return result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // A downcall itself throws nothing checked; MethodHandle's signature says it may.
      throw new AssertionError(e);
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
