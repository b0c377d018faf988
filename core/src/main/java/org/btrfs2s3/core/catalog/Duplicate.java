package org.btrfs2s3.core.catalog;

/**
 * Another object of a backup, or the segments of another attempt to make it.
 *
 * @param object that does not count
 * @param counting the one that does
 */
public record Duplicate(StoredBackup object, StoredBackup counting) {

  public Duplicate {
    if (!object.uuid().equals(counting.uuid()) || object.key().equals(counting.key())) {
      throw new IllegalArgumentException(object.key() + " is no duplicate of " + counting.key());
    }
  }

  /**
   * Whether nothing in the listing contradicts that both hold the same bytes, of the same backup.
   * Segments of different attempts never do, as the attempt stands in their commit objects.
   */
  public boolean mayBeEqual() {
    return object.parts() == null
        && counting.parts() == null
        && object.identity().equals(counting.identity())
        && object.size() == counting.size();
  }

  /** Both, with their sizes. */
  public String inWords() {
    return "%s (%d bytes) is a second object of backup %s, beside %s (%d bytes)"
        .formatted(object.key(), object.size(), object.uuid(), counting.key(), counting.size());
  }
}
