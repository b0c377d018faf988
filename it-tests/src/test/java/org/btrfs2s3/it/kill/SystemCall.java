package org.btrfs2s3.it.kill;

import java.util.regex.Pattern;

/** What a run asks of the kernel, as strace shows it when it is done. */
enum SystemCall {
  INSPECT("ioctl\\(.*BTRFS_IOC_GET_SUBVOL_INFO.*"),
  SYNC("syncfs\\(.* = 0"),
  SNAPSHOT("ioctl\\(.*BTRFS_IOC_SNAP_CREATE_V2.* = 0"),
  RENAME("renameat2\\(.* = 0"),
  RECEIVED("ioctl\\(.*BTRFS_IOC_SET_RECEIVED_SUBVOL.* = 0"),
  SEND("ioctl\\(.*BTRFS_IOC_SEND.*"),
  DELETE("ioctl\\(.*BTRFS_IOC_SNAP_DESTROY_V2.* = 0");

  private final String line;

  SystemCall(String line) {
    this.line = line;
  }

  /** Each line begins with the number of a thread. */
  Pattern pattern() {
    return Pattern.compile("[0-9]+ +" + line);
  }
}
