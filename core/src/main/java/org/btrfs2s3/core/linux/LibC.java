package org.btrfs2s3.core.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that are used here, by their C names. Each returns what the
 * function returns, or the negated errno where that is -1. No raw system call numbers, which differ
 * between x86-64 and arm64: needs glibc 2.30 or newer.
 */
final class LibC {

  /** A call that puts its errno into the given state. */
  private interface Call {
    long invoke(MemorySegment state) throws Throwable;
  }

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPENAT =
      handle(
          "openat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(3));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STATX =
      handle(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle FSTATFS =
      handle("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle GETDENTS64 =
      handle("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle READLINKAT =
      handle("readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle UNLINKAT =
      handle("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GETEUID = handle("geteuid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle LREMOVEXATTR =
      handle("lremovexattr", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle LLISTXATTR =
      handle("llistxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle LGETXATTR =
      handle("lgetxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle RENAMEAT2 =
      handle(
          "renameat2",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle LINKAT =
      handle(
          "linkat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle FSYNC =
      handle("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SYNCFS =
      handle("syncfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle FLOCK =
      handle("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FCNTL =
      handle(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle ADJTIMEX =
      handle("adjtimex", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  private LibC() {}

  static int openat(int directory, MemorySegment path, int flags) {
    return openat(directory, path, flags, 0);
  }

  /** The same, with the mode of the file that it makes. */
  static int openat(int directory, MemorySegment path, int flags, int mode) {
    return (int) call(state -> (int) OPENAT.invokeExact(state, directory, path, flags, mode));
  }

  static int close(int descriptor) {
    return (int) call(state -> (int) CLOSE.invokeExact(state, descriptor));
  }

  static int statx(int directory, MemorySegment path, int flags, int mask, MemorySegment result) {
    return (int)
        call(state -> (int) STATX.invokeExact(state, directory, path, flags, mask, result));
  }

  static int fstatfs(int descriptor, MemorySegment result) {
    return (int) call(state -> (int) FSTATFS.invokeExact(state, descriptor, result));
  }

  static long getdents64(int descriptor, MemorySegment buffer) {
    return call(
        state -> (long) GETDENTS64.invokeExact(state, descriptor, buffer, buffer.byteSize()));
  }

  static long readlinkat(int directory, MemorySegment path, MemorySegment buffer) {
    return call(
        state -> (long) READLINKAT.invokeExact(state, directory, path, buffer, buffer.byteSize()));
  }

  static long llistxattr(MemorySegment path, MemorySegment buffer) {
    return call(state -> (long) LLISTXATTR.invokeExact(state, path, buffer, buffer.byteSize()));
  }

  static long lgetxattr(MemorySegment path, MemorySegment name, MemorySegment buffer) {
    return call(
        state -> (long) LGETXATTR.invokeExact(state, path, name, buffer, buffer.byteSize()));
  }

  static int unlinkat(int directory, MemorySegment path, int flags) {
    return (int) call(state -> (int) UNLINKAT.invokeExact(state, directory, path, flags));
  }

  static int geteuid() {
    return (int) call(state -> (int) GETEUID.invokeExact(state));
  }

  static int lremovexattr(MemorySegment path, MemorySegment name) {
    return (int) call(state -> (int) LREMOVEXATTR.invokeExact(state, path, name));
  }

  static int renameat2(
      int fromDirectory, MemorySegment from, int toDirectory, MemorySegment to, int flags) {
    return (int)
        call(
            state ->
                (int) RENAMEAT2.invokeExact(state, fromDirectory, from, toDirectory, to, flags));
  }

  static int linkat(
      int fromDirectory, MemorySegment from, int toDirectory, MemorySegment to, int flags) {
    return (int)
        call(state -> (int) LINKAT.invokeExact(state, fromDirectory, from, toDirectory, to, flags));
  }

  static int fsync(int descriptor) {
    return (int) call(state -> (int) FSYNC.invokeExact(state, descriptor));
  }

  static int syncfs(int descriptor) {
    return (int) call(state -> (int) SYNCFS.invokeExact(state, descriptor));
  }

  static int flock(int descriptor, int operation) {
    return (int) call(state -> (int) FLOCK.invokeExact(state, descriptor, operation));
  }

  static int ioctl(int descriptor, long request, MemorySegment argument) {
    return (int) call(state -> (int) IOCTL.invokeExact(state, descriptor, request, argument));
  }

  static int fcntl(int descriptor, int command, int argument) {
    return (int) call(state -> (int) FCNTL.invokeExact(state, descriptor, command, argument));
  }

  static int adjtimex(MemorySegment timex) {
    return (int) call(state -> (int) ADJTIMEX.invokeExact(state, timex));
  }

  private static long call(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = call.invoke(state);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  // The launcher and the tests grant native access; these signatures are the C library's own.
  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow(name);
    var all = new Linker.Option[options.length + 1];
    all[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(options, 0, all, 1, options.length);
    return linker.downcallHandle(function, descriptor, all);
  }
}
