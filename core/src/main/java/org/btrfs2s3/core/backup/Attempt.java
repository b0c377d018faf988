package org.btrfs2s3.core.backup;

import java.util.regex.Pattern;

/**
 * The random name of one attempt to make a segmented backup. Kept when the attempt is resumed;
 * segments of different attempts never mix.
 *
 * @param id 16 lower-case hexadecimal digits
 */
public record Attempt(String id) implements Comparable<Attempt> {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

  public Attempt {
    if (!isValid(id)) {
      throw new IllegalArgumentException("not the id of an attempt: '" + id + "'");
    }
  }

  public static Attempt of(long random) {
    return new Attempt(String.format("%016x", random));
  }

  static boolean isValid(String id) {
    return ID.matcher(id).matches();
  }

  @Override
  public int compareTo(Attempt other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id;
  }
}
