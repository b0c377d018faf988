package org.btrfs2s3.it.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the packets, and the parts of a packet, of a binary OpenPGP message end (RFC 9580, 4.2).
 */
final class PacketBorders {

  private PacketBorders() {}

  /** Offsets of the borders, in order, that of the message's own end excepted. */
  static List<Integer> of(byte[] message) {
    List<Integer> borders = new ArrayList<>();
    int at = 0;
    while (at < message.length) {
      boolean isNew = (message[at] & 0x40) != 0;
      at = isNew ? newPacket(message, at + 1, borders) : oldPacket(message, at);
      borders.add(at);
    }
    borders.removeLast();
    return borders;
  }

  private static int oldPacket(byte[] message, int at) {
    int lengthBytes = 1 << (message[at] & 3);
    if (lengthBytes == 8) {
      return message.length; // Of indeterminate length: up to the end.
    }
    return at + 1 + lengthBytes + number(message, at + 1, lengthBytes);
  }

  private static int newPacket(byte[] message, int at, List<Integer> borders) {
    int first = message[at] & 0xff;
    if (first < 192) {
      return at + 1 + first;
    }
    if (first < 224) {
      return at + 2 + ((first - 192) << 8) + (message[at + 1] & 0xff) + 192;
    }
    if (first == 255) {
      return at + 5 + number(message, at + 1, 4);
    }
    int end = at + 1 + (1 << (first & 0x1f));
    borders.add(end);
    return newPacket(message, end, borders);
  }

  private static int number(byte[] message, int at, int bytes) {
    int number = 0;
    for (int i = 0; i < bytes; i++) {
      number = (number << 8) | (message[at + i] & 0xff);
    }
    return number;
  }
}
