package org.btrfs2s3.s3;

/**
 * How a stream of roughly known length is cut into parts, and how much memory that takes.
 *
 * <p>The estimate fits into half of the parts that the service allows, and 1.2 times the estimate
 * into six tenths, all of one size; estimates were measured to be within 0.07 %. A stream that goes
 * on all the same gets two tenths of four times and two tenths of 16 times the size, as far as its
 * memory goes. Where all parts must be equal, a third of them holds the estimate. So each stream
 * may become at least twice as long as estimated.
 *
 * @param partSize bytes of a regular part
 * @param memory bytes that the upload leases: all parts on their way and the one being filled; at
 *     least one regular part
 */
record PartPlan(Provider provider, long partSize, long memory) {

  private static final int LARGER = 4;
  private static final int LARGEST = 16;

  PartPlan {
    if (partSize < 1 || memory < partSize) {
      throw new IllegalArgumentException(
          "part size " + partSize + " does not fit into " + memory + " bytes");
    }
  }

  /**
   * The part size that an estimate needs, whether or not there is memory for it.
   *
   * @param estimatedSize bytes
   */
  static long partSize(long estimatedSize, UploadLimits limits, Provider provider) {
    int estimatedParts = Math.max(1, provider.maxParts() / (provider.equalParts() ? 3 : 2));
    long needed = wholeMiB(Math.ceilDiv(estimatedSize, estimatedParts));
    // Less than a usual part for what is small anyway: it goes in one request.
    long usual = Math.min(limits.partSize(), wholeMiB(withAFifth(estimatedSize)));
    return Math.max(Math.max(needed, usual), provider.smallestPart());
  }

  /**
   * @param available bytes that one upload can have at all; at least {@link #partSize}
   */
  static PartPlan forEstimate(
      long estimatedSize, UploadLimits limits, Provider provider, long available) {
    long size = partSize(estimatedSize, limits, provider);
    // Not two parts where those are larger: the stores share the memory, and all must fit.
    long wanted = Math.max(limits.memory(), size);
    long useful = Math.max(size, wholeMiB(withAFifth(estimatedSize)));
    return new PartPlan(provider, size, Math.min(Math.min(wanted, useful), available));
  }

  private static long withAFifth(long size) {
    return size > Long.MAX_VALUE / 2 ? size : size + size / 5;
  }

  /** Far less than a long holds, so that it can be rounded up and added to. */
  private static long wholeMiB(long size) {
    long chunk = UploadMemory.CHUNK;
    return Math.ceilDiv(Math.min(size, Long.MAX_VALUE / 4), chunk) * chunk;
  }

  /**
   * How many bytes a part holds unless it is the last.
   *
   * @param number from 1 to the number of parts that the service allows
   */
  long sizeOf(int number) {
    if (number < 1 || number > provider.maxParts()) {
      throw new IllegalArgumentException("no such part: " + number);
    }
    if (provider.equalParts() || number <= regularParts()) {
      return partSize;
    }
    return enlarged(number <= regularParts() + largerParts() ? LARGER : LARGEST);
  }

  /** Bytes of the largest object that the parts can make. */
  long capacity() {
    long sum = regularParts() * partSize;
    if (provider.equalParts()) {
      sum = provider.maxParts() * partSize;
    } else {
      int rest = provider.maxParts() - regularParts() - largerParts();
      sum += largerParts() * enlarged(LARGER) + rest * enlarged(LARGEST);
    }
    return Math.min(sum, provider.largestObject());
  }

  private int regularParts() {
    return Math.ceilDiv(provider.maxParts() * 6, 10);
  }

  private int largerParts() {
    return provider.maxParts() * 2 / 10;
  }

  private long enlarged(int times) {
    return Math.min(times * partSize, memory);
  }
}
