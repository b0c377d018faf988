package org.btrfs2s3.core.plan;

/** The name that the configuration gives to a remote. */
public record RemoteId(String value) implements Comparable<RemoteId> {

  public RemoteId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("empty remote id");
    }
  }

  @Override
  public int compareTo(RemoteId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
