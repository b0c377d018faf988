package org.btrfs2s3.s3;

/**
 * Cuts a stream of roughly known length into at most 10,000 parts.
 *
 * <p>Four times the estimate fits into the first 8,000 parts, all of one size, because some servers
 * want equal parts and because equal parts need the least memory. A stream that goes on gets 1,000
 * parts of twice and 1,000 of four times the size, which makes seven times the estimate. (No part
 * is larger than 1 GiB, so the headroom is less for estimates above 1.95 TiB.)
 *
 * @param partSize bytes of a regular part
 */
record PartPlan(int partSize) {

  /** Parts of one upload on AWS and most others. */
  static final int MAX_PARTS = 10_000;

  /** A part is one array. S3 itself would take 5 GiB. */
  static final int LARGEST_PART = 1 << 30;

  private static final int MIB = 1 << 20;
  private static final int HEADROOM = 4;
  private static final int REGULAR_PARTS = 8_000;
  private static final int DOUBLED_PARTS = 1_000;

  /**
   * @param estimatedSize bytes
   * @param smallestPart bytes
   */
  static PartPlan forEstimate(long estimatedSize, int smallestPart) {
    long needed = Math.ceilDiv(estimatedSize, REGULAR_PARTS / HEADROOM);
    long whole = Math.ceilDiv(Math.min(needed, LARGEST_PART), MIB) * MIB;
    return new PartPlan((int) Math.max(smallestPart, whole));
  }

  /**
   * How many bytes a part holds unless it is the last.
   *
   * @param number from 1 to {@link #MAX_PARTS}
   */
  int sizeOf(int number) {
    if (number < 1 || number > MAX_PARTS) {
      throw new IllegalArgumentException("no such part: " + number);
    }
    if (number <= REGULAR_PARTS) {
      return partSize;
    }
    return number <= REGULAR_PARTS + DOUBLED_PARTS ? enlarged(2) : enlarged(4);
  }

  int largestPart() {
    return sizeOf(MAX_PARTS);
  }

  /** Bytes of all parts together. */
  long capacity() {
    long regular = (long) REGULAR_PARTS * partSize;
    long doubled = (long) DOUBLED_PARTS * enlarged(2);
    return regular + doubled + (long) (MAX_PARTS - REGULAR_PARTS - DOUBLED_PARTS) * enlarged(4);
  }

  private int enlarged(int times) {
    return (int) Math.min((long) times * partSize, LARGEST_PART);
  }
}
