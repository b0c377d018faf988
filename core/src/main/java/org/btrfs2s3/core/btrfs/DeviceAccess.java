package org.btrfs2s3.core.btrfs;

/**
 * Whether {@code btrfs receive} can open the devices that device nodes stand for, those that a
 * stream makes or that its send parent has. If it can, a forged stream writes to a disk.
 */
public sealed interface DeviceAccess {

  /** It cannot: they lie on a mount that is {@code nodev}, or is so for that process. */
  record Shut() implements DeviceAccess {}

  /**
   * It can.
   *
   * @param why this cannot be changed here
   */
  record Open(String why) implements DeviceAccess {}
}
