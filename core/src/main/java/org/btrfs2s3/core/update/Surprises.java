package org.btrfs2s3.core.update;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.jspecify.annotations.Nullable;

/** Compares the plan that was shown with the one that is about to be executed. */
final class Surprises {

  private Surprises() {}

  /** A full upload; {@code snapshot} is null for the snapshot that the run makes itself. */
  private record Full(UUID source, RemoteId remote, @Nullable UUID snapshot) {}

  /** Whether the new plan deletes, or uploads in full, anything that was not shown. */
  static boolean hides(Plan shown, Plan plan) {
    return !deletions(shown).containsAll(deletions(plan)) || !fulls(shown).containsAll(fulls(plan));
  }

  private static Set<Object> deletions(Plan plan) {
    Set<Object> deletions = new HashSet<>();
    plan.actions(Action.Deletion.class).forEach(d -> deletions.add(Deletions.identity(d)));
    return deletions;
  }

  private static Set<Full> fulls(Plan plan) {
    Set<UUID> made = new HashSet<>();
    plan.sources().stream()
        .flatMap(source -> source.snapshots().stream())
        .filter(snapshot -> snapshot.origin() != LocalSnapshot.Origin.BEFORE_THIS_RUN)
        .forEach(snapshot -> made.add(snapshot.uuid()));
    Set<Full> fulls = new HashSet<>();
    for (var upload : plan.actions(Action.Upload.class)) {
      var uuid = upload.identity().uuid();
      if (upload.identity().isFull()) {
        fulls.add(new Full(upload.source(), upload.remote(), made.contains(uuid) ? null : uuid));
      }
    }
    return fulls;
  }
}
