package org.btrfs2s3.policy;

import java.math.BigInteger;

/**
 * The btrfs transaction in which a subvolume was last changed: an unsigned 64-bit number in the
 * kernel.
 *
 * <p>Keys of the Python tool carry it as a number of any size and sign, and those must still be
 * ordered as numbers, hence the {@link BigInteger}.
 */
public record Ctransid(BigInteger value) implements Comparable<Ctransid> {

  /** The number as the kernel gives it: all 64 bits unsigned. */
  public static Ctransid ofKernel(long unsigned) {
    return new Ctransid(new BigInteger(Long.toUnsignedString(unsigned)));
  }

  @Override
  public int compareTo(Ctransid other) {
    return value.compareTo(other.value);
  }

  public boolean isAfter(Ctransid other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
