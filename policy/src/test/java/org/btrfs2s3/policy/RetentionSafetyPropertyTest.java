package org.btrfs2s3.policy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.btrfs2s3.policy.Worlds.Case;
import org.btrfs2s3.policy.Worlds.Messy;

@Domain(Worlds.class)
class RetentionSafetyPropertyTest {

  /** Invariant 3. */
  @Property(seed = "1", tries = 2000)
  void keepsTheWholeChainOfEveryKeptBackup(@ForAll Messy messy) {
    Case start = messy.start();
    PreservationTree tree = start.plan();
    for (Kept<Backup> kept : tree.keptBackups().values()) {
      if (!kept.reasons().contains(Reason.BROKEN)) {
        assertThat(chainEndsWithFull(kept.item(), tree)).as("%s", kept).isTrue();
      }
    }
  }

  private static boolean chainEndsWithFull(Backup backup, PreservationTree tree) {
    Set<UUID> seen = new HashSet<>();
    Backup ancestor = backup;
    while (!ancestor.isFull() && seen.add(ancestor.uuid())) {
      Kept<Backup> parent = tree.keptBackups().get(ancestor.sendParent());
      if (parent == null || parent.reasons().contains(Reason.BROKEN)) {
        return false;
      }
      ancestor = parent.item();
    }
    return ancestor.isFull();
  }

  /** Invariants 2 and 3; what needs itself has no ancestor worth keeping. */
  @Property(seed = "2", tries = 2000)
  void dropsNoAncestorOfAKeptBackup(@ForAll Messy messy) {
    PreservationTree tree = messy.start().plan();
    Set<UUID> dropped = tree.droppedBackups().stream().map(Backup::uuid).collect(toSet());
    Set<UUID> cyclic =
        tree.problems().stream()
            .filter(ChainProblem.Cycle.class::isInstance)
            .map(problem -> problem.backup().uuid())
            .collect(toSet());
    assertThat(tree.keptBackups().values())
        .noneMatch(
            kept ->
                dropped.contains(kept.item().sendParent()) && !cyclic.contains(kept.item().uuid()));
  }

  @Property(seed = "3", tries = 2000)
  void reportsExactlyTheBrokenBackups(@ForAll Messy messy) {
    Case start = messy.start();
    PreservationTree tree = start.plan();
    Set<Backup> broken = tree.problems().stream().map(ChainProblem::backup).collect(toSet());
    Set<Backup> handled = new HashSet<>(tree.replacedBroken());
    tree.keptBackups().values().stream()
        .filter(kept -> kept.reasons().contains(Reason.BROKEN))
        .forEach(kept -> handled.add(kept.item()));
    assertThat(broken.stream().map(Backup::uuid).collect(toSet()))
        .isEqualTo(handled.stream().map(Backup::uuid).collect(toSet()));
    assertThat(tree.droppedBackups()).noneMatch(broken::contains);

    // What has a complete chain is never broken, unless as a worse duplicate.
    Set<UUID> restorable = start.world().restorable();
    assertThat(tree.keptBackups().values())
        .noneMatch(
            kept ->
                kept.reasons().contains(Reason.BROKEN) && restorable.contains(kept.item().uuid()));
  }

  @Property(seed = "4", tries = 2000)
  void brokenBackupsAreNoSendParentsAndFillNoSpan(@ForAll Messy messy) {
    Case start = messy.start();
    PreservationTree tree = start.plan();
    for (Kept<Backup> kept : tree.keptBackups().values()) {
      if (kept.reasons().contains(Reason.BROKEN)) {
        assertThat(kept.spans()).isEmpty();
        assertThat(tree.uploads())
            .noneMatch(upload -> kept.item().uuid().equals(upload.item().sendParent()));
      }
    }
  }

  /** Invariant 4. */
  @Property(seed = "5", tries = 2000)
  void planIsFulfilledOnceExecuted(@ForAll Case start) {
    start.world().execute(start.plan());
    PreservationTree again = start.plan();
    assertThat(again.isFulfilled()).as("%s", again).isTrue();
  }

  /**
   * Invariant 4: killed after any step, the next run ends where this one would have; but for
   * expired backups of which an ancestor was missing all the time: these stay, as broken ones, if
   * the run is killed between the deletion of the ancestor's snapshot and their own.
   */
  @Property(seed = "6", tries = 1000)
  void everyPrefixOfAPlanEndsInTheSameState(@ForAll Case start) {
    World whole = start.world().copy();
    whole.execute(start.plan());
    int count = start.world().steps(start.plan()).size();
    for (int done = 0; done < count; done++) {
      Case killed = start.with(start.world().copy());
      killed.world().steps(killed.plan()).subList(0, done).forEach(Runnable::run);
      killed.world().execute(killed.plan());
      assertThat(killed.world().snapshots).as("after %s steps", done).isEqualTo(whole.snapshots);
      assertThat(killed.world().restorableBackups())
          .as("after %s steps", done)
          .isEqualTo(whole.restorableBackups());
    }
  }

  /** Whatever the clock says: the cases include 1970 and 2099. */
  @Property(seed = "7", tries = 2000)
  void neverLosesTheLastRestorableBackup(@ForAll Messy messy) {
    Case start = messy.start();
    World world = start.world();
    boolean hadOne = !world.restorable().isEmpty();
    for (Runnable step : world.steps(start.plan())) {
      step.run();
      assertThat(hadOne && world.restorable().isEmpty()).isFalse();
      hadOne |= !world.restorable().isEmpty();
    }
    assertThat(world.restorable().isEmpty()).isEqualTo(!hadOne && world.snapshots.isEmpty());
  }

  @Property(seed = "8", tries = 2000)
  void keepsABackupNewerThanAllSnapshots(@ForAll Messy messy) {
    Case start = messy.start();
    Set<UUID> broken =
        start.plan().problems().stream().map(p -> p.backup().uuid()).collect(toSet());
    Snapshot newest = PointInTime.newest(start.world().snapshots);
    PreservationTree tree = start.plan();
    for (Backup backup : start.world().backups) {
      if (newest != null
          && backup.ctransid().isAfter(newest.ctransid())
          && !broken.contains(backup.uuid())) {
        assertThat(tree.keepsBackup(backup.uuid())).isTrue();
      }
    }
  }
}
