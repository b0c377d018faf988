package org.btrfs2s3.core.pipeline;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Passes on a sequence of OpenPGP packets, and stops it where there are more of them around the
 * content than any honest message has: the library keeps session keys and signatures in memory, one
 * packet after the other, before anything can be authenticated. The content itself, which is never
 * kept, may be of any length. Holds no bytes.
 *
 * <p>What is no packet at all is passed on; the library refuses that.
 */
final class PacketLimit extends FilterInputStream {

  // RFC 9580, 5
  private static final int COMPRESSED = 8;
  private static final int ENCRYPTED = 9;
  private static final int LITERAL = 11;
  private static final int ENCRYPTED_WITH_INTEGRITY = 18;
  private static final int ENCRYPTED_BY_AEAD = 20;

  private enum Expected {
    HEADER,
    /** Of the new format, or of the next part of a packet. */
    LENGTH,
    LENGTH_OCTETS,
    BODY,
    /** To the end of everything, content without length. */
    CONTENT,
    /** No packet began here. */
    ANYTHING
  }

  private final int mostPackets;
  private final long mostBytes;

  private Expected expected = Expected.HEADER;
  private int packets;

  /** Of all packets that are not content. */
  private long bytes;

  private boolean isContent;

  /** Whether another part of the packet follows this one. */
  private boolean isPartial;

  /** Of the length, as far as it was read, and how many octets of it are missing. */
  private long length;

  private int octets;

  /** Added to a length of two octets in the new format. */
  private int base;

  /** Of the body, or of this part of it. */
  private long remaining;

  /**
   * @param mostPackets of any kind
   * @param mostBytes in packets that are not content
   */
  PacketLimit(InputStream in, int mostPackets, long mostBytes) {
    super(in);
    this.mostPackets = mostPackets;
    this.mostBytes = mostBytes;
  }

  /** Whether everything that is still to be read belongs to content without a length. */
  boolean isEndless() {
    return expected == Expected.CONTENT;
  }

  @Override
  public int read() throws IOException {
    int octet = in.read();
    if (octet >= 0) {
      follow(octet);
    }
    return octet;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (expected == Expected.ANYTHING || expected == Expected.CONTENT) {
      return in.read(target, offset, count);
    }
    if (expected == Expected.BODY) {
      int read = in.read(target, offset, (int) Math.min(count, remaining));
      if (read > 0) {
        passBody(read);
      }
      return read;
    }
    int octet = read();
    if (octet < 0) {
      return -1;
    }
    target[offset] = (byte) octet;
    return 1;
  }

  /** Nothing may pass unseen. */
  @Override
  public long skip(long count) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void follow(int octet) throws IOException {
    switch (expected) {
      case HEADER -> beginPacket(octet);
      case LENGTH -> beginLength(octet);
      case LENGTH_OCTETS -> {
        length = length << 8 | octet;
        octets--;
        if (octets == 0) {
          beginBody(length + base, false);
        }
      }
      case BODY -> passBody(1);
      case CONTENT, ANYTHING -> {}
    }
  }

  /** RFC 9580, 4.2 */
  private void beginPacket(int header) throws IOException {
    if ((header & 0x80) == 0) {
      expected = Expected.ANYTHING;
      return;
    }
    packets++;
    if (packets > mostPackets) {
      throw new IOException("an OpenPGP message of more than " + mostPackets + " packets");
    }
    if ((header & 0x40) != 0) {
      isContent = isContent(header & 0x3f);
      expected = Expected.LENGTH;
      return;
    }
    isContent = isContent((header & 0x3c) >> 2);
    int lengthType = header & 3;
    if (lengthType < 3) {
      expectOctets(1 << lengthType, 0, 0);
    } else if (isContent) {
      expected = Expected.CONTENT;
    } else {
      throw new IOException("an OpenPGP packet without length that is not content");
    }
  }

  private static boolean isContent(int tag) {
    return switch (tag) {
      case COMPRESSED, ENCRYPTED, LITERAL, ENCRYPTED_WITH_INTEGRITY, ENCRYPTED_BY_AEAD -> true;
      default -> false;
    };
  }

  private void beginLength(int octet) throws IOException {
    if (octet < 192) {
      beginBody(octet, false);
    } else if (octet < 224) {
      expectOctets(1, octet - 192, 192);
    } else if (octet < 255) {
      beginBody(1L << (octet & 0x1f), true);
    } else {
      expectOctets(4, 0, 0);
    }
  }

  private void expectOctets(int count, int first, int added) {
    expected = Expected.LENGTH_OCTETS;
    octets = count;
    length = first;
    base = added;
  }

  private void beginBody(long size, boolean partial) throws IOException {
    if (!isContent) {
      bytes += size;
      if (bytes > mostBytes) {
        throw new IOException(
            "an OpenPGP message with more than %d bytes beside its content".formatted(mostBytes));
      }
    }
    isPartial = partial;
    remaining = size;
    expected = Expected.BODY;
    passBody(0);
  }

  private void passBody(long count) {
    remaining -= count;
    if (remaining == 0) {
      expected = isPartial ? Expected.LENGTH : Expected.HEADER;
    }
  }
}
