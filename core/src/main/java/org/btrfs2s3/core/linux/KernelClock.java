package org.btrfs2s3.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel thinks of its own clock. */
public final class KernelClock {

  // struct timex of 64-bit machines and STA_UNSYNC: include/uapi/linux/timex.h
  private static final int TIMEX_SIZE = 208;
  private static final int STATUS = 40;
  private static final int STA_UNSYNC = 0x40;

  private KernelClock() {}

  /**
   * Whether a time service has told the kernel that the clock is right ({@code adjtimex} without
   * STA_UNSYNC). False as well where the kernel does not answer, as in some sandboxes.
   */
  public static boolean isSynchronized() {
    try (Arena arena = Arena.ofConfined()) {
      // All zero, so modes is 0: only reads.
      MemorySegment timex = arena.allocate(TIMEX_SIZE, Long.BYTES);
      return LibC.adjtimex(timex) >= 0
          && (timex.get(ValueLayout.JAVA_INT, STATUS) & STA_UNSYNC) == 0;
    }
  }
}
