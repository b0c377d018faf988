package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.explain.BackupFate;
import org.btrfs2s3.core.explain.Dependent;
import org.btrfs2s3.core.explain.Explanation;
import org.btrfs2s3.core.explain.SnapshotFate;
import org.btrfs2s3.core.explain.Until;
import org.btrfs2s3.core.plan.Standing;
import org.jspecify.annotations.Nullable;

/** What is known of one snapshot and its backups, for people. */
public final class ExplanationText {

  /** What the end of {@link Until.At} depends on. */
  private static final String ASSUMPTION =
      "Times to come assume that policies and zone stay, that backups go on, and that the last one of"
          + " each time span of now is made just before it ends.";

  private final Explanation explanation;
  private final List<String> lines = new ArrayList<>();

  private ExplanationText(Explanation explanation) {
    this.explanation = explanation;
  }

  public static List<String> of(Explanation explanation) {
    var text = new ExplanationText(explanation);
    text.write();
    return text.lines.stream().map(Printable::line).toList();
  }

  private void write() {
    lines.add(explanation.uuid().toString());
    var snapshot = explanation.snapshot();
    if (snapshot == null) {
      lines.add("  its snapshot is not, or not any more, on this machine");
    } else {
      snapshot(snapshot);
    }
    explanation.backups().forEach(this::backup);
    lines.add(ASSUMPTION);
  }

  private void snapshot(SnapshotFate fate) {
    var snapshot = fate.snapshot();
    lines.add(
        "  snapshot %s of %s, %s"
            .formatted(
                snapshot.name(),
                fate.source().path(),
                Words.time(snapshot.ctime(), explanation.zone())));
    switch (snapshot.standing()) {
      case Standing.Users _ ->
          lines.add("    yours, by its name: it is never sent, renamed or deleted");
      case Standing.Unusable unusable -> lines.add("    not usable: " + unusable.reason());
      case Standing.Ours _ -> ours(fate);
    }
  }

  private void ours(SnapshotFate fate) {
    if (fate.keptFor().isEmpty()) {
      lines.add("    expired: no remote's policy needs it, the next update deletes it");
    }
    for (var keeping : fate.keptFor()) {
      var why = Words.why(keeping.reasons(), keeping.spans(), explanation.zone());
      lines.add("    kept for %s: %s".formatted(keeping.remote(), why));
    }
    until(fate.until());
    withheld(fate.withheld());
  }

  private void until(@Nullable Until until) {
    switch (until) {
      case null -> {}
      case Until.Expired _ -> {} // Told before.
      case Until.NextBackup _ -> lines.add("    until the next backup is made");
      case Until.At at -> lines.add("    until " + Words.time(at.time(), explanation.zone()));
      case Until.Open _ -> lines.add("    with no end in sight");
    }
  }

  private void withheld(@Nullable String guard) {
    if (guard != null) {
      lines.add("    a guard forbids to delete it: " + guard);
    }
  }

  private void backup(BackupFate fate) {
    var policy = fate.policy();
    lines.add(
        "  remote %s%s"
            .formatted(
                fate.remote(),
                policy == null
                    ? ""
                    : " (preserve " + (policy.isEmpty() ? "the most recent" : policy) + ")"));
    stored(fate);
    lines.add("    " + situation(fate));
    until(fate.until());
    withheld(fate.withheld());
    if (fate.backup() != null) {
      chain(fate.chain());
    }
    dependents(fate.dependents());
  }

  private void stored(BackupFate fate) {
    var backup = fate.backup();
    if (backup != null) {
      lines.add(
          "    backup %s, %s, %s"
              .formatted(
                  backup.key(),
                  Words.kind(backup.identity().isFull()),
                  ShownBytes.of(backup.size())));
    }
    fate.duplicates().forEach(other -> lines.add("    a second object of it: " + other.key()));
    var damaged = fate.damaged();
    if (damaged != null) {
      lines.add(
          "    damaged: %d segment(s) of %s are gone"
              .formatted(damaged.missing(), damaged.backup().key()));
    }
    var unfinished = fate.unfinished();
    if (unfinished != null) {
      lines.add(
          "    %d segment(s) without commit object: an upload that is not finished, or a backup that lost it"
              .formatted(unfinished.parts().segments().size()));
    }
  }

  private String situation(BackupFate fate) {
    var kept = fate.kept();
    var why = kept == null ? "" : Words.why(kept, explanation.zone());
    return switch (fate.situation()) {
      case KEPT -> "kept: " + why;
      case EXPIRED -> "expired: nothing needs it, the next update deletes it";
      case NOT_OURS ->
          "kept: its source is not backed up to this remote from this machine, whose updates leave it"
              + " alone";
      case TO_BE_UPLOADED -> "no backup yet, the next update makes it: " + why;
      case NOT_WANTED ->
          "no backup: it fills no time span that is preserved here, or an older one does";
      case USERS_SNAPSHOT -> "no backup: only snapshots that update made are sent";
      case SNAPSHOT_UNUSABLE -> "no backup: its snapshot is not usable";
      case REMOTE_AWAY -> "nothing is known: the remote is away";
    };
  }

  private void chain(StoredChain chain) {
    switch (chain) {
      case StoredChain.Broken broken ->
          lines.add("    broken, cannot be restored: " + broken.reason());
      case StoredChain.Complete complete -> {
        lines.add(
            "    restored from %d backup(s), %s:"
                .formatted(complete.backups().size(), ShownBytes.of(complete.size())));
        for (var member : complete.backups()) {
          lines.add(
              "      %s  %s  %s"
                  .formatted(
                      Words.time(member.identity().ctime(), explanation.zone()),
                      member.uuid(),
                      ShownBytes.of(member.size())));
        }
      }
    }
  }

  private void dependents(List<Dependent> dependents) {
    if (dependents.isEmpty()) {
      return;
    }
    lines.add("    %d backup(s) depend on it:".formatted(dependents.size()));
    for (var dependent : dependents) {
      lines.add(
          "      %s  %s%s"
              .formatted(
                  Words.time(dependent.ctime(), explanation.zone()),
                  dependent.stored() ? dependent.uuid() : "to be uploaded",
                  dependent.direct() ? ", sent against it" : ""));
    }
  }
}
