package org.btrfs2s3.core.verify;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.SecondFile;

/** What a listing alone shows. */
final class ListingCheck {

  private final Inventory inventory;
  private final LocalSnapshots snapshots;
  private final Findings findings;

  ListingCheck(Inventory inventory, LocalSnapshots snapshots, Findings findings) {
    this.inventory = inventory;
    this.snapshots = snapshots;
    this.findings = findings;
  }

  /**
   * @param traces of the same listing
   */
  void run(Collection<ObjectKey> traces) {
    if (inventory.foreignObjects() > 0) {
      findings.note(
          Severity.INFO,
          Finding.Kind.FOREIGN_OBJECTS,
          inventory.foreignObjects() + " object(s) are nothing that this version knows",
          "");
    }
    inventory.damaged().forEach(this::holes);
    hidden(traces);
    inventory
        .unsupported()
        .forEach(
            later ->
                findings.unsupported(
                    later, "only a later version of this program can read backup " + later.uuid()));
    inventory.unfinished().forEach(this::unfinished);
    chains();
    inventory.backups().forEach(this::empty);
  }

  private void holes(DamagedBackup damaged) {
    var backup = damaged.backup();
    var message =
        "%d of its segments are gone, the first of them number %s"
            .formatted(damaged.missing(), damaged.first().getFirst());
    if (inventory.isWhole(backup.uuid())) {
      findings.note(
          Severity.WARNING,
          Finding.Kind.DUPLICATE,
          backup,
          backup.key(),
          message + "; another object of the same backup is whole",
          "find out what deleted them");
    } else {
      findings.damage(Finding.Kind.SEGMENTS_MISSING, backup, backup.key(), message);
    }
  }

  /** Only keys tell in which time zone snapshots were made. */
  private void hidden(Collection<ObjectKey> traces) {
    var hidden = new HashSet<>(inventory.hidden());
    for (var key : traces) {
      // One backup may have left several.
      BackupKey.decode(key.value())
          .backup()
          .filter(label -> hidden.remove(label.identity()))
          .ifPresent(this::hidden);
    }
  }

  /** A deletion by this program takes the metadata away first. */
  private void hidden(BackupLabel label) {
    var backup = label.identity();
    findings.add(
        new Finding(
            Severity.WARNING,
            Finding.Kind.HIDDEN,
            backup.uuid(),
            backup.source(),
            null,
            List.of(),
            "the directory .meta tells of backup %s, made of a snapshot of %s, and no object of it is there"
                .formatted(backup.uuid(), ShownTime.of(label)),
            "unless it is being uploaded now, look who moved it away or deleted it; if nobody can"
                + " bring it back, delete its files in .meta by hand"));
  }

  /**
   * Without segment 0 it is what a deletion left. What an update could still finish from the
   * snapshot is not lost; neither is what has another backup.
   */
  private void unfinished(UnfinishedBackup attempt) {
    var uuid = attempt.identity().uuid();
    if (attempt.isHalfDeleted() || inventory.isWhole(uuid)) {
      incomplete(attempt, "what an interrupted deletion or upload left", "btrfs2s3 gc removes it");
    } else if (inventory.isSendParent(uuid)) {
      commitMissing(attempt, "a backup that lost its commit object: others were sent against it");
    } else if (snapshots.find(uuid).isPresent()) {
      incomplete(
          attempt, "an upload that is under way or was interrupted", "the next update finishes it");
    } else if (snapshots.sources().contains(attempt.source())) {
      commitMissing(
          attempt, "segments without commit object, of which there is no snapshot any more");
    } else {
      findings.add(
          new Finding(
              Severity.WARNING,
              Finding.Kind.COMMIT_MISSING,
              uuid,
              attempt.source(),
              attempt.parts().segments().getFirst().key(),
              List.of(),
              "segments without commit object: an upload of another machine, or a backup that lost"
                  + " its commit object",
              "if that machine is not uploading it: " + repairCommit(uuid)));
    }
  }

  private void incomplete(UnfinishedBackup attempt, String message, String advice) {
    findings.add(
        new Finding(
            Severity.INFO,
            Finding.Kind.INCOMPLETE,
            attempt.identity().uuid(),
            attempt.source(),
            attempt.parts().segments().stream()
                .findFirst()
                .map(segment -> segment.key())
                .orElse(null),
            List.of(),
            message,
            advice));
  }

  private void commitMissing(UnfinishedBackup attempt, String message) {
    var uuid = attempt.identity().uuid();
    findings.add(
        new Finding(
            Severity.ERROR,
            Finding.Kind.COMMIT_MISSING,
            uuid,
            attempt.source(),
            attempt.parts().segments().getFirst().key(),
            inventory.descendants(uuid),
            message,
            repairCommit(uuid)));
  }

  private String repairCommit(UUID uuid) {
    return findings.recommitting(uuid) + " if the segments are whole";
  }

  /** One finding for each place where chains break, however many there are that break there. */
  private void chains() {
    Map<UUID, StoredBackup> missing = new LinkedHashMap<>();
    Map<UUID, StoredBackup> cyclic = new LinkedHashMap<>();
    for (var backup : inventory.backups()) {
      switch (inventory.chain(backup.uuid())) {
        case Chain.Complete _ -> {}
        case Chain.Missing broken -> missing.putIfAbsent(broken.uuid(), backup);
        case Chain.Cyclic broken -> cyclic.putIfAbsent(broken.uuid(), backup);
      }
    }
    var explained = explained();
    var unsupported = unsupported();
    missing.forEach(
        (uuid, first) -> {
          if (unsupported.contains(uuid)) {
            findings.notChecked(
                first,
                first.key(),
                "it needs backup %s, which only a later version of this program can read"
                    .formatted(uuid));
          } else if (!explained.contains(uuid)) {
            findings.damage(
                Finding.Kind.PARENT_MISSING,
                uuid,
                first.source(),
                null,
                "backup %s is not there, but %s was sent against it or against what needs it"
                    .formatted(uuid, first.key()),
                false);
          }
        });
    cyclic.forEach(
        (uuid, first) ->
            findings.damage(
                Finding.Kind.CYCLE,
                first,
                first.key(),
                "the send parents of %s lead back to itself".formatted(uuid)));
  }

  /** Missing as backups, but there was a finding of its own for each. */
  private Set<UUID> explained() {
    Set<UUID> explained = new LinkedHashSet<>();
    inventory.damaged().forEach(one -> explained.add(one.backup().uuid()));
    inventory.unfinished().stream()
        .filter(attempt -> !attempt.isHalfDeleted())
        .forEach(attempt -> explained.add(attempt.identity().uuid()));
    return explained;
  }

  private Set<UUID> unsupported() {
    return inventory.unsupported().stream().map(BackupIdentity::uuid).collect(Collectors.toSet());
  }

  private void empty(StoredBackup backup) {
    var parts = backup.parts();
    if (parts == null && backup.size() == 0) {
      findings.damage(Finding.Kind.EMPTY, backup, backup.key(), "it has no content");
    } else if (parts != null) {
      parts.segments().stream()
          .filter(segment -> segment.size() == 0)
          .findFirst()
          .ifPresent(
              segment ->
                  findings.damage(
                      Finding.Kind.EMPTY,
                      backup,
                      segment.key(),
                      "segment " + segment.number() + " has no content"));
    }
  }

  static void secondFiles(Findings findings, List<SecondFile> files) {
    for (var file : files) {
      findings.add(
          new Finding(
              Severity.WARNING,
              Finding.Kind.SECOND_FILE,
              null,
              null,
              file.key(),
              List.of(),
              "two files have one key: %s counts, and %s is never read"
                  .formatted(file.counting(), file.name()),
              "find out which is whole; delete the other by hand, or move it away"));
    }
  }

  /** Sources of which nothing can be restored any more, not even by a later version. */
  static void lostSources(Inventory inventory, Findings findings, Set<UUID> unrestorable) {
    var unknown = inventory.unsupportedSources();
    for (var source : inventory.sources()) {
      if (!unknown.contains(source) && !inventory.isRestorable(source, unrestorable)) {
        findings.add(
            new Finding(
                Severity.CRITICAL,
                Finding.Kind.SOURCE_LOST,
                null,
                source,
                null,
                List.of(),
                "no backup of source " + source + " can be restored",
                "keep every snapshot and object of it until one can be"));
      }
    }
  }
}
