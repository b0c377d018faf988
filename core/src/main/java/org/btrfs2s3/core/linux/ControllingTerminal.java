package org.btrfs2s3.core.linux;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of the process' session, which is there although standard input and output go
 * elsewhere, as in a pipe.
 */
public final class ControllingTerminal {

  private static final String PATH = "/dev/tty";

  // include/uapi/asm-generic/{fcntl,ioctls,termbits}.h: the same on x86-64 and arm64.
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0400;
  private static final int O_CLOEXEC = 0x80000;
  private static final long TCGETS = 0x5401;
  private static final long TCSETS = 0x5402;
  private static final int TERMIOS_SIZE = 64;
  private static final int LOCAL_FLAGS = 12;
  private static final int ECHO = 010;
  private static final int SUSPEND_CHARACTER = 17 + 10; // c_cc, VSUSP
  private static final byte NONE = 0; // _POSIX_VDISABLE

  private ControllingTerminal() {}

  /**
   * Asks for a line that is not shown while it is typed. However the JVM ends meanwhile, short of
   * SIGKILL, the terminal shows again what is typed. Ctrl-Z does not stop it meanwhile: it would
   * leave the shell with a terminal that shows nothing.
   *
   * @return empty where there is no such terminal, or its user ended the input
   */
  public static Optional<char[]> readSecret(String prompt) {
    try (Arena arena = Arena.ofShared()) {
      int descriptor =
          LibC.openat(AT_FDCWD, arena.allocateFrom(PATH), O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
      if (descriptor < 0) {
        return Optional.empty();
      }
      try {
        return withoutEcho(descriptor, arena, prompt);
      } finally {
        LibC.close(descriptor);
      }
    }
  }

  private static Optional<char[]> withoutEcho(int descriptor, Arena arena, String prompt) {
    MemorySegment before = arena.allocate(TERMIOS_SIZE, Integer.BYTES);
    if (LibC.ioctl(descriptor, TCGETS, before) < 0) {
      return Optional.empty();
    }
    MemorySegment silent = arena.allocate(TERMIOS_SIZE, Integer.BYTES).copyFrom(before);
    int flags = silent.get(ValueLayout.JAVA_INT, LOCAL_FLAGS);
    silent.set(ValueLayout.JAVA_INT, LOCAL_FLAGS, flags & ~ECHO);
    silent.set(ValueLayout.JAVA_BYTE, SUSPEND_CHARACTER, NONE);
    var restoring =
        Thread.ofPlatform()
            .name("show again what is typed")
            .unstarted(() -> LibC.ioctl(descriptor, TCSETS, before));
    Runtime.getRuntime().addShutdownHook(restoring);
    try {
      LibC.ioctl(descriptor, TCSETS, silent);
      return ask(prompt);
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      LibC.ioctl(descriptor, TCSETS, before);
      remove(restoring);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is ending, and has run it.
    }
  }

  private static Optional<char[]> ask(String prompt) throws IOException {
    try (var in = new FileInputStream(PATH);
        var out = new FileOutputStream(PATH)) {
      out.write(prompt.getBytes(StandardCharsets.UTF_8));
      byte @Nullable [] line = line(in);
      out.write('\n');
      if (line == null) {
        return Optional.empty();
      }
      var decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(line));
      var secret = new char[decoded.remaining()];
      decoded.get(secret);
      Arrays.fill(decoded.array(), '\0');
      Arrays.fill(line, (byte) 0);
      return Optional.of(secret);
    }
  }

  /** Without its end; null at the end of the input. */
  private static byte @Nullable [] line(FileInputStream in) throws IOException {
    try (var bytes = new Wiped()) {
      int next;
      while ((next = in.read()) >= 0 && next != '\n') {
        bytes.write(next);
      }
      return next < 0 && bytes.size() == 0 ? null : bytes.toByteArray();
    }
  }

  /** Leaves nothing in memory but what it was asked for; it may have grown, if that was long. */
  private static final class Wiped extends ByteArrayOutputStream {

    private static final int LONG_ENOUGH = 4096; // what a terminal takes as one line

    Wiped() {
      super(LONG_ENOUGH);
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
