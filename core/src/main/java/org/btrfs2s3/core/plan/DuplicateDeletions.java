package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.Duplicate;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * The objects of one source on one remote beside a whole backup of the same snapshot. Whole is what
 * can be restored by the winners of {@link org.btrfs2s3.core.catalog.BackupSet} alone, none of
 * which goes: so no chain needs what does (invariant 3). A listing does not show which of two
 * objects is the good one; so only what may be equal to the winner goes, if it is when it is
 * compared ({@code core.update}), and everything else stays and is told.
 */
final class DuplicateDeletions {

  private final UUID source;
  private final RemotePlan remote;
  private final List<Action.DeleteBackup> deletions = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  DuplicateDeletions(UUID source, RemotePlan remote) {
    this.source = source;
    this.remote = remote;
    remote.backups().duplicates().stream()
        .filter(duplicate -> remote.backups().isRestorable(duplicate.counting().uuid()))
        .forEach(this::add);
    remote.damaged().stream().map(DamagedBackup::backup).forEach(this::addDamaged);
  }

  /** To be executed only if the bytes of both objects are the same. */
  List<Action.DeleteBackup> deletions() {
    return deletions;
  }

  /** What stays. */
  List<Problem> problems() {
    return problems;
  }

  private void add(Duplicate duplicate) {
    if (duplicate.mayBeEqual()) {
      deletions.add(deletion(duplicate.object()));
    } else if (remote.tree().replacedBroken().contains(duplicate.object().forPolicy())) {
      problem(duplicate, "it differs and is not deleted; its chain is broken: repair deletes it");
    } else {
      problem(duplicate, "it differs and is not deleted; " + Problem.BY_HAND);
    }
  }

  private void addDamaged(StoredBackup damaged) {
    if (remote.backups().isRestorable(damaged.uuid())) {
      var winner = Objects.requireNonNull(remote.backups().byUuid().get(damaged.uuid()));
      problem(
          new Duplicate(damaged, winner),
          "it is not deleted; segments of it are gone: repair deletes it");
    }
  }

  private void problem(Duplicate duplicate, String why) {
    problems.add(
        new Problem(
            Problem.Kind.NOT_COLLECTED,
            "remote %s: %s; %s".formatted(remote.remote().id(), duplicate.inWords(), why)));
  }

  private Action.DeleteBackup deletion(StoredBackup duplicate) {
    return new Action.DeleteBackup(
        source,
        remote.remote().id(),
        duplicate.key(),
        List.of(),
        duplicate.uuid(),
        Set.of(),
        Set.of(),
        Action.DeleteBackup.Cause.DUPLICATE);
  }
}
