package org.btrfs2s3.core.restore;

import java.io.IOException;

/** A stream did something to what does not belong to its subvolume. */
final class EscapeException extends IOException {

  private static final long serialVersionUID = 1L;

  EscapeException(String what) {
    super(
        "its stream writes outside of its subvolume, as no btrfs send does ("
            + what
            + "); that was undone. It was locked into that directory and kept from all devices, so"
            + " that it reached nothing else. The backup was forged or is damaged: do not restore it");
  }
}
