package org.btrfs2s3.it.faults;

import java.util.Arrays;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SendStream;

/** The output of a {@code btrfs send} that ends as a test says. */
final class ScriptedSend extends SendStream {
  private final Script script;
  private int position;

  /** What it writes, and how it ends then. */
  static final class Script {
    private final byte[] bytes;
    private final boolean fails;

    private Script(byte[] bytes, boolean fails) {
      this.bytes = bytes;
      this.fails = fails;
    }

    static Script successful(byte[] bytes) {
      return new Script(bytes, false);
    }

    static Script failingAt(byte[] bytes, int offset) {
      return new Script(Arrays.copyOf(bytes, offset), true);
    }
  }

  ScriptedSend(Script script) {
    this.script = script;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws BtrfsException {
    int count = Math.min(length, script.bytes.length - position);
    if (count > 0) {
      System.arraycopy(script.bytes, position, buffer, offset, count);
      position += count;
      return count;
    }
    if (script.fails) {
      throw new BtrfsException("cannot send: scripted exit code 1", "", null);
    }
    return -1;
  }
}
