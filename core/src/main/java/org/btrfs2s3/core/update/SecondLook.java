package org.btrfs2s3.core.update;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * What another look at a source and its remotes, after the uploads, says about deletions that were
 * approved before them. One look is not enough for what cannot be undone: it may have been a long
 * time ago, and one listing of several may lack something.
 */
final class SecondLook {

  private final Observation observation;
  private final SourceSession source;
  private final RunSession session;
  private final Ledger ledger;

  SecondLook(Observation observation, SourceSession source, RunSession session, Ledger ledger) {
    this.observation = observation;
    this.source = source;
    this.session = session;
    this.ledger = ledger;
  }

  /**
   * Only what both plans delete, under the new one's conditions.
   *
   * @param again what a new plan deletes of the source
   */
  List<Action.Deletion> confirmed(List<Action.Deletion> approved, List<Action.Deletion> again) {
    var identities = approved.stream().map(Deletions::identity).collect(Collectors.toSet());
    var found = again.stream().map(Deletions::identity).collect(Collectors.toSet());
    approved.stream()
        .filter(deletion -> !found.contains(Deletions.identity(deletion)))
        .filter(deletion -> !isReplacedInPlace(deletion))
        .forEach(d -> ledger.skipped(d, "by another look it is not to be deleted any more"));
    var misleading = misleading();
    return again.stream()
        .filter(deletion -> identities.contains(Deletions.identity(deletion)))
        .filter(deletion -> isTrusted(deletion, misleading))
        .toList();
  }

  private boolean isReplacedInPlace(Action.Deletion deletion) {
    return deletion instanceof Action.DeleteBackup backup
        && session.remote(backup.remote()).isCommittedHere(backup.key());
  }

  private static boolean isTrusted(Action.Deletion deletion, Set<RemoteId> misleading) {
    return switch (deletion) {
      case Action.DeleteSnapshot _ -> misleading.isEmpty();
      case Action.DeleteBackup backup -> !misleading.contains(backup.remote());
      case Action.DeleteLostBackup lost -> !misleading.contains(lost.remote());
    };
  }

  /**
   * Remotes whose listing lacks what this run has stored there: it may hide anything, and so what
   * was sent against what is to go.
   */
  private Set<RemoteId> misleading() {
    Set<RemoteId> misleading = new HashSet<>();
    for (var remote : observation.remotes()) {
      if (remote instanceof ObservedRemote.Listed listed) {
        var hidden = hiddenOn(listed);
        if (!hidden.isEmpty()) {
          misleading.add(remote.id());
          ledger.failed(misled(remote.id(), hidden.getFirst()));
        }
      }
    }
    return misleading;
  }

  private List<ObjectKey> hiddenOn(ObservedRemote.Listed remote) {
    var listed =
        remote.catalog().backups().stream().map(StoredBackup::key).collect(Collectors.toSet());
    return session.remote(remote.id()).committed(source.uuid()).stream()
        .filter(key -> !listed.contains(key))
        .toList();
  }

  private Failure misled(RemoteId remote, ObjectKey hidden) {
    return new Failure(
        Failure.Kind.REMOTE,
        ("remote %s: its listing lacks %s, which this run has stored: it does not show all that"
                + " there is, so nothing of source %s is deleted there, and no snapshot")
            .formatted(remote, hidden, source.setup().path()));
  }
}
