package org.btrfs2s3.s3;

/**
 * Cuts a stream of roughly known length into at most 10,000 parts.
 *
 * <p>1.2 times the estimate fits into the first 6,000 parts, all of one size, because some servers
 * want equal parts and because equal parts need the least memory; estimates were measured to be
 * within 0.07 %. A stream that goes on all the same gets 2,000 parts of four times and 2,000 of 16
 * times the size, which makes nine times the estimate. (No part is larger than 1 GiB, so the
 * headroom is less for estimates above 312 GiB.)
 *
 * @param partSize bytes of a regular part
 */
record PartPlan(int partSize) {

  /** Parts of one upload on AWS and most others. */
  static final int MAX_PARTS = 10_000;

  /** A part is one array. S3 itself would take 5 GiB. */
  static final int LARGEST_PART = 1 << 30;

  private static final int MIB = 1 << 20;

  /** The parts that hold the estimate itself; 1,000 more regular ones are its headroom. */
  private static final int ESTIMATED_PARTS = 5_000;

  private static final int REGULAR_PARTS = 6_000;
  private static final int LARGER_PARTS = 2_000;
  private static final int LARGER = 4;
  private static final int LARGEST = 16;

  /**
   * @param estimatedSize bytes
   * @param smallestPart bytes
   */
  static PartPlan forEstimate(long estimatedSize, int smallestPart) {
    long needed = Math.ceilDiv(estimatedSize, ESTIMATED_PARTS);
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
    return number <= REGULAR_PARTS + LARGER_PARTS ? enlarged(LARGER) : enlarged(LARGEST);
  }

  int largestPart() {
    return sizeOf(MAX_PARTS);
  }

  /** Bytes of all parts together. */
  long capacity() {
    long regular = (long) REGULAR_PARTS * partSize;
    long larger = (long) LARGER_PARTS * enlarged(LARGER);
    return regular + larger + (long) (MAX_PARTS - REGULAR_PARTS - LARGER_PARTS) * enlarged(LARGEST);
  }

  private int enlarged(int times) {
    return (int) Math.min((long) times * partSize, LARGEST_PART);
  }
}
