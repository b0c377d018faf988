package org.btrfs2s3.s3;

/**
 * How one object is uploaded where nothing speaks against it.
 *
 * @param partSize bytes of a part, at least the 5 MiB that S3 demands. Larger parts are used where
 *     these would be too many, smaller ones for what is small
 * @param memory bytes of all parts in memory, the one being filled included. A part that is larger
 *     takes as much as it needs; no upload takes more than the process's {@link UploadMemory}
 */
public record UploadLimits(int partSize, long memory) {

  private static final int MIB = 1 << 20;
  private static final int SMALLEST_PART = 5 * MIB;
  private static final int LARGEST_PART = 1 << 30;

  /** 16 MiB parts, three of them on their way while a fourth is filled. */
  public static final UploadLimits DEFAULT = new UploadLimits(16 * MIB, 64L * MIB);

  public UploadLimits {
    if (partSize < SMALLEST_PART || partSize > LARGEST_PART || partSize % MIB != 0) {
      throw new IllegalArgumentException(
          "part size not whole MiB between 5 MiB and 1 GiB: " + partSize);
    }
    if (memory < partSize || memory % MIB != 0) {
      throw new IllegalArgumentException("memory not whole MiB, or less than one part: " + memory);
    }
  }
}
