package org.btrfs2s3.core.sendstream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whether a stream may make nodes of devices. Those with the number 0, which stand for no device
 * (overlayfs: whiteouts), are always allowed.
 *
 * @param refusal why not, and what to do; null if it may
 */
public record DeviceNodes(@Nullable String refusal) {

  /** It may. */
  public static final DeviceNodes ALLOWED = new DeviceNodes(null);

  /** Leaves the command as it was. */
  void check(Command command) throws SendStreamException {
    if (refusal == null || command.type() != StreamFormat.MKNOD) {
      return;
    }
    long device = 0;
    var path = "";
    while (command.nextAttribute()) {
      switch (command.attribute()) {
        case StreamFormat.PATH -> path = text(command.latin1Value());
        case StreamFormat.RDEV -> device = command.longValue();
        default -> {}
      }
    }
    command.rewind();
    if (device != 0) {
      throw command.deviceNode(
          "would make %s, a node of the device %d:%d; %s"
              .formatted(path, major(device), minor(device), refusal));
    }
  }

  private static String text(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Kernel: new_decode_dev of include/linux/kdev_t.h. */
  private static long major(long device) {
    return (device & 0xfff00) >> 8;
  }

  private static long minor(long device) {
    return (device & 0xff) | ((device >> 12) & 0xfff00);
  }
}
