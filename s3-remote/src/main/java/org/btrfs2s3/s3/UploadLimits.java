package org.btrfs2s3.s3;

/**
 * How much memory the upload of one object may take.
 *
 * @param partSize bytes of a part, at least the 5 MiB that S3 demands. Larger parts are used where
 *     10,000 of these could be too few
 * @param memory bytes of all parts in memory, the one being filled included; at least two parts are
 *     held, however large they are
 */
public record UploadLimits(int partSize, long memory) {

  private static final int MIB = 1 << 20;
  private static final int SMALLEST_PART = 5 * MIB;

  /** 16 MiB parts, three of them on their way while a fourth is filled. */
  public static final UploadLimits DEFAULT = new UploadLimits(16 * MIB, 64L * MIB);

  public UploadLimits {
    if (partSize < SMALLEST_PART || partSize > PartPlan.LARGEST_PART) {
      throw new IllegalArgumentException("part size not within 5 MiB and 1 GiB: " + partSize);
    }
    if (memory < partSize) {
      throw new IllegalArgumentException("less memory than one part: " + memory);
    }
  }

  /**
   * Most bytes that one upload holds at any time, given the estimate that it was created with:
   * {@link #memory}, or two parts, or one part of the largest size that is reached if the stream
   * outgrows its estimate by more than a fifth; whichever is more.
   */
  public long memoryBound(long estimatedSize) {
    var plan = PartPlan.forEstimate(estimatedSize, partSize);
    return Math.max(bufferCapacity(plan), plan.largestPart());
  }

  long bufferCapacity(PartPlan plan) {
    return Math.max(memory, 2L * plan.partSize());
  }
}
