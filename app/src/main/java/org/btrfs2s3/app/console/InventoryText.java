package org.btrfs2s3.app.console;

import java.time.DateTimeException;
import java.time.ZoneId;
import org.btrfs2s3.core.inventory.InventoryEntry;
import org.btrfs2s3.core.inventory.RawPath;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;

/** What a backup contains, in lines like those of {@code ls -l}. */
public final class InventoryText {

  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int STICKY = 01000;

  private final ZoneId zone;

  /**
   * @param zone that times are shown in
   */
  public InventoryText(ZoneId zone) {
    this.zone = zone;
  }

  /** One line: type and permissions, names, owner, size or device, time, path. */
  public String line(InventoryEntry entry) {
    var target = entry.target();
    var sameAs = entry.sameAs();
    return "%c%s %3d %5s %5s %12s %s %s%s%s"
        .formatted(
            type(entry.type()),
            permissions(entry.mode()),
            entry.links(),
            Integer.toUnsignedString(entry.uid()),
            Integer.toUnsignedString(entry.gid()),
            size(entry),
            time(entry),
            name(entry.path()),
            target == null ? "" : " -> " + name(target),
            sameAs == null ? "" : "  (same file as " + name(sameAs) + ")");
  }

  /** What is not UTF-8 is shown byte by byte, so that nothing is hidden by a replacement. */
  static String name(RawPath path) {
    return path.text().map(Printable::line).orElseGet(() -> escaped(path.latin1()));
  }

  private static String escaped(String latin1) {
    var text = new StringBuilder();
    for (int i = 0; i < latin1.length(); i++) {
      char character = latin1.charAt(i);
      if (character >= ' ' && character < 0x7f) {
        text.append(character);
      } else {
        text.append("\\x%02x".formatted((int) character));
      }
    }
    return text.toString();
  }

  private static char type(EntryType type) {
    return switch (type) {
      case FILE -> '-';
      case DIRECTORY -> 'd';
      case SYMLINK -> 'l';
      case CHARACTER_DEVICE -> 'c';
      case BLOCK_DEVICE -> 'b';
      case FIFO -> 'p';
      case SOCKET -> 's';
    };
  }

  private static String permissions(int mode) {
    return triple(mode >> 6, (mode & SETUID) != 0, 's')
        + triple(mode >> 3, (mode & SETGID) != 0, 's')
        + triple(mode, (mode & STICKY) != 0, 't');
  }

  private static String triple(int bits, boolean special, char letter) {
    boolean execute = (bits & 1) != 0;
    char last = execute ? 'x' : '-';
    if (special) {
      last = execute ? letter : Character.toUpperCase(letter);
    }
    return "" + ((bits & 4) != 0 ? 'r' : '-') + ((bits & 2) != 0 ? 'w' : '-') + last;
  }

  private static String size(InventoryEntry entry) {
    var device = entry.device();
    if (device != null) {
      return device.major() + ", " + device.minor();
    }
    return entry.type() == EntryType.FILE ? Long.toString(entry.size()) : "-";
  }

  private String time(InventoryEntry entry) {
    try {
      return entry.modified().map(time -> Words.time(time, zone)).orElseGet(() -> seconds(entry));
    } catch (DateTimeException _) {
      return seconds(entry); // At the calendar's edge the zone reaches over it.
    }
  }

  private static String seconds(InventoryEntry entry) {
    return "@" + entry.seconds();
  }
}
