package org.btrfs2s3.core.restore;

import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * One backup that takes part in a restore.
 *
 * @param finalName what the restored subvolume is called
 * @param wanted false for an ancestor that is needed only as send parent
 * @param others objects of the same snapshot that do not count
 */
public record RestoreMember(
    StoredBackup backup,
    String finalName,
    boolean wanted,
    Supply supply,
    List<StoredBackup> others) {

  public RestoreMember {
    others = List.copyOf(others);
  }

  public RestoreMember(StoredBackup backup, String finalName, boolean wanted, Supply supply) {
    this(backup, finalName, wanted, supply, List.of());
  }

  /**
   * The same made of each object that holds the same, sent against the same parent, itself the
   * first. (One of another state of the snapshot would have another name.)
   */
  List<RestoreMember> alternatives() {
    var usable =
        others.stream()
            .filter(backup::holdsTheSameAs)
            .map(other -> new RestoreMember(other, finalName, wanted, supply, others));
    return Stream.concat(Stream.of(this), usable).toList();
  }

  /** Whether its content is there already, and nothing of it is fetched. */
  public boolean reused() {
    return !(supply instanceof Supply.Fetched);
  }
}
