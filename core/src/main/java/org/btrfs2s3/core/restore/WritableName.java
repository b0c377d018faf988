package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;

/** The name of the writable snapshot of what was restored. */
final class WritableName {

  private WritableName() {}

  /**
   * Refuses, before anything is fetched, what could not be made in the end.
   *
   * @param selected how many backups were asked for, the ancestors that are kept not counted
   */
  static void require(Btrfs btrfs, Path target, RestorePlan plan, int selected, String name)
      throws BtrfsException, RestoreException {
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0
        || name.equals(".")
        || name.equals("..")
        || name.equals(PrivateDirectory.NAME)) {
      throw new RestoreException(
          "'" + name + "' is no name for the writable snapshot: a plain name is needed, no path");
    }
    if (selected != 1) {
      throw new RestoreException(
          "a writable snapshot can be made of one restored subvolume only, and these would be "
              + selected
              + "; choose one with --snapshot, or with --latest or --at and --source");
    }
    boolean isTaken =
        all(plan).stream().anyMatch(member -> member.finalName().equals(name))
            || (btrfs.exists(target, EntryName.of(name)) && !isMade(btrfs, target, plan, name));
    if (isTaken) {
      throw new RestoreException(
          "the writable snapshot cannot be called "
              + name
              + ": "
              + target.resolve(name)
              + " exists already, and is not, or no longer, what would be made (reading it is enough to"
              + " change it, by the times of access); delete it, or choose another name");
    }
  }

  /**
   * Whether an earlier restore, which was killed right after that, has made it of what it had
   * restored: the same command then has nothing left to do. Not one that was changed since: whoever
   * restores again wants what was backed up.
   */
  static boolean isMade(Btrfs btrfs, Path target, RestorePlan plan, String name)
      throws BtrfsException {
    var subject = subject(plan);
    if (!plan.there().contains(subject) || !btrfs.exists(target, EntryName.of(name))) {
      return false;
    }
    var restored = btrfs.inspect(target, EntryName.of(subject.finalName()));
    return btrfs.list(target).stream()
        .filter(entry -> entry.name().equals(EntryName.of(name)))
        .anyMatch(
            entry ->
                !entry.info().readOnly()
                    && !entry.info().changedAfterCreation()
                    && restored.uuid().equals(entry.info().parentUuid()));
  }

  /** Of one that was selected and the ancestors that are kept with it: that one. */
  static RestoreMember subject(RestorePlan plan) {
    var all = all(plan);
    return all.stream().filter(member -> !isSendParent(member, all)).findFirst().orElseThrow();
  }

  private static boolean isSendParent(RestoreMember member, List<RestoreMember> all) {
    return all.stream()
        .anyMatch(other -> member.backup().uuid().equals(other.backup().identity().sendParent()));
  }

  private static List<RestoreMember> all(RestorePlan plan) {
    return Stream.concat(plan.wanted().stream(), plan.there().stream()).toList();
  }

  static void create(Btrfs btrfs, Path target, String restored, String name) throws BtrfsException {
    btrfs.createWritableSnapshot(target.resolve(restored), target, EntryName.of(name));
    btrfs.sync(target);
  }
}
