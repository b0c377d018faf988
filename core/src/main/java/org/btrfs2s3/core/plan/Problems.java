package org.btrfs2s3.core.plan;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.policy.ChainProblem;

/** Collects what a plan's observation shows to be wrong. */
final class Problems {

  private final List<Problem> problems = new ArrayList<>();

  /** For times in messages. */
  private final ZoneId zone;

  private Problems(ZoneId zone) {
    this.zone = zone;
  }

  static List<Problem> of(Plan plan) {
    var collected = new Problems(plan.observation().zone());
    plan.observation().remotes().forEach(collected::inspect);
    for (var source : plan.observation().unavailable()) {
      collected.add(
          Problem.Kind.SOURCE_UNAVAILABLE, "source " + source.path() + ": " + source.reason());
    }
    plan.sources().forEach(collected::inspect);
    return List.copyOf(collected.problems);
  }

  private void inspect(ObservedRemote remote) {
    if (remote instanceof ObservedRemote.Away away) {
      add(Problem.Kind.REMOTE_AWAY, away.message());
    }
  }

  private void inspect(SourcePlan plan) {
    var source = plan.source();
    if (!source.mayUpload()) {
      add(
          Problem.Kind.SOURCE_BUSY,
          "source %s: another run is uploading it; this one only makes the due snapshot"
              .formatted(source.path()));
    }
    if (source.nestedSubvolumes() > 0) {
      add(
          Problem.Kind.NESTED_SUBVOLUMES,
          ("source %s: %d subvolume(s) inside it are not part of its backups; any that should be"
                  + " needs a source of its own")
              .formatted(source.path(), source.nestedSubvolumes()));
    }
    if (source.snapshotsInside()) {
      add(
          Problem.Kind.SNAPSHOTS_INSIDE_SOURCE,
          ("source %s: its snapshots directory lies inside it, so that each snapshot changes it and"
                  + " another one is due in every run; make the directory a subvolume of its own")
              .formatted(source.path()));
    }
    for (var snapshot : source.snapshots()) {
      if (snapshot.standing() instanceof Standing.Unusable unusable) {
        add(
            Problem.Kind.SNAPSHOT_UNUSABLE,
            "snapshot %s of %s: %s".formatted(snapshot.name(), source.path(), unusable.reason()));
      }
    }
    plan.remotes().forEach(remote -> inspect(source, remote));
  }

  private void inspect(ObservedSource source, RemotePlan remote) {
    for (var duplicate : remote.backups().duplicates()) {
      if (!remote.tree().replacedBroken().contains(duplicate.object().forPolicy())) {
        add(
            Problem.Kind.DUPLICATE_BACKUP,
            "remote %s: %s; it stays as long as that one: %s"
                .formatted(
                    remote.remote().id(),
                    duplicate.inWords(),
                    duplicate.mayBeEqual()
                        ? "gc --duplicates deletes it if both are equal"
                        : Problem.BY_HAND));
      }
    }
    for (var damaged : remote.damaged()) {
      add(
          Problem.Kind.BROKEN_BACKUP,
          "remote %s, source %s: backup %s is damaged: %s (%s)%s"
              .formatted(
                  remote.remote().id(),
                  source.path(),
                  damaged.backup().uuid(),
                  damaged.damage(),
                  damaged.backup().key(),
                  beside(remote, damaged.backup().uuid())));
    }
    for (var lost : remote.leftovers().lost()) {
      add(
          Problem.Kind.LOST_COMMIT,
          ("remote %s, source %s: damaged: commit missing: there are %d segment(s) of %s (%s), but"
                  + " neither its commit object nor its snapshot; they are kept %s")
              .formatted(
                  remote.remote().id(),
                  source.path(),
                  lost.parts().segments().size(),
                  lost.identity().uuid(),
                  ShownTime.of(lost.identity().ctime(), zone),
                  howLong(remote.remote(), lost)));
    }
    if (remote.remote() instanceof ObservedRemote.Listed listed) {
      listed
          .hiddenOf(source.uuid())
          .filter(hidden -> needsSomethingOf(remote, hidden))
          .forEach(hidden -> hidden(source, remote, hidden));
      listed
          .unsupportedOf(source.uuid())
          .forEach(
              later ->
                  add(
                      Problem.Kind.UNSUPPORTED_BACKUP,
                      ("remote %s, source %s: only a later version of this program can read backup"
                              + " %s (%s); what it was sent against is kept")
                          .formatted(
                              remote.remote().id(),
                              source.path(),
                              later.uuid(),
                              ShownTime.of(later.ctime(), zone))));
    }
    for (var problem : remote.tree().problems()) {
      if (problem instanceof ChainProblem.Damaged) {
        continue; // Told above.
      }
      add(
          Problem.Kind.BROKEN_BACKUP,
          "remote %s, source %s: %s%s"
              .formatted(
                  remote.remote().id(),
                  source.path(),
                  describe(problem),
                  beside(remote, problem.backup().uuid())));
    }
  }

  /** It stays where nothing is uploaded in its place: an update deletes nothing on trust. */
  private static String beside(RemotePlan remote, UUID backup) {
    boolean isUploaded =
        remote.tree().uploads().stream().anyMatch(upload -> upload.item().uuid().equals(backup));
    return remote.backups().isRestorable(backup) && !isUploaded
        ? "; another object of the same snapshot is not: repair deletes this one"
        : "";
  }

  private static boolean needsSomethingOf(RemotePlan remote, BackupIdentity hidden) {
    return hidden.sendParent() != null
        && remote.backups().byUuid().containsKey(hidden.sendParent());
  }

  private void hidden(ObservedSource source, RemotePlan remote, BackupIdentity hidden) {
    add(
        Problem.Kind.HIDDEN_BACKUP,
        ("remote %s, source %s: there are metadata of backup %s (%s), but no object; what it was"
                + " sent against is kept: put the object back, or, if it is lost, delete the file"
                + " in .meta/ whose name has that UUID")
            .formatted(
                remote.remote().id(),
                source.path(),
                hidden.uuid(),
                ShownTime.of(hidden.ctime(), zone)));
  }

  private static String howLong(ObservedRemote remote, UnfinishedBackup lost) {
    var uuid = lost.identity().uuid();
    boolean isNeeded =
        remote instanceof ObservedRemote.Listed listed
            && listed.catalog().isSendParent(lost.source(), uuid);
    return isNeeded
        ? "as long as there is a backup that was sent against it"
        : "until they are 30 days old: abandon " + uuid + " removes them";
  }

  private static String describe(ChainProblem problem) {
    return switch (problem) {
      case ChainProblem.MissingAncestor missing ->
          "backup %s cannot be restored: it needs %s, which is neither a backup nor a snapshot"
              .formatted(missing.backup().uuid(), missing.missing());
      case ChainProblem.Damaged damaged ->
          "backup %s cannot be restored: segments are gone".formatted(damaged.backup().uuid());
      case ChainProblem.Cycle cycle ->
          "backup %s cannot be restored: its send parents lead back to itself"
              .formatted(cycle.backup().uuid());
    };
  }

  private void add(Problem.Kind kind, String message) {
    problems.add(new Problem(kind, message));
  }
}
