package org.btrfs2s3.core.store;

/**
 * What a remote tells of an object's bytes without giving them.
 *
 * @param kind how it is made; only those of one kind can be compared
 * @param isOfBytesAlone whether the same bytes always have the same; else it depends also on the
 *     parts in which they were uploaded
 */
public record Checksum(String kind, String value, boolean isOfBytesAlone) {

  /** Whether another object cannot have the same bytes, or was at least uploaded otherwise. */
  public boolean contradicts(Checksum other) {
    return kind.equals(other.kind) && !value.equals(other.value);
  }

  @Override
  public String toString() {
    return kind + " " + value;
  }
}
