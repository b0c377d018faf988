package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.btrfs2s3.core.testing.Command;
import org.junit.jupiter.api.Test;

final class KernelClockTest {

  /** The same question through another language's view of {@code struct timex}. */
  private static final String ORACLE =
      """
      import ctypes
      class Timex(ctypes.Structure):
          _fields_ = ([("modes", ctypes.c_uint)]
              + [(name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")]
              + [("status", ctypes.c_int), ("rest", ctypes.c_char * 256)])
      timex = Timex()
      if ctypes.CDLL(None).adjtimex(ctypes.byref(timex)) < 0: raise SystemExit("refused")
      print(not timex.status & 0x40)
      """;

  @Test
  void asksTheKernel() throws IOException {
    String synchronizedSays = ask();

    assertThat(KernelClock.isSynchronized()).isEqualTo(synchronizedSays.equals("True"));
  }

  private static String ask() throws IOException {
    boolean python = !Command.run("sh", "-c", "command -v python3 || true").isEmpty();
    assumeTrue(python, "no python3 to compare with");
    return Command.run("python3", "-c", ORACLE);
  }
}
