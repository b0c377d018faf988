package org.btrfs2s3.core.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Collects what a verification finds, judges how bad it is, and tells the listener. */
final class Findings {

  static final String READS_BOTH = "verify --level data says of both whether they are whole";

  private static final int NAMED = 3;

  private final String remote;
  private final Inventory inventory;
  private final LocalSnapshots snapshots;
  private final VerifyListener listener;
  private final List<Finding> findings = new ArrayList<>();
  private final List<NotChecked> notChecked = new ArrayList<>();

  Findings(String remote, Inventory inventory, LocalSnapshots snapshots, VerifyListener listener) {
    this.remote = remote;
    this.inventory = inventory;
    this.snapshots = snapshots;
    this.listener = listener;
  }

  /** A backup cannot be restored, and nor can what was sent against it. */
  void damage(Finding.Kind kind, StoredBackup backup, ObjectKey key, String message) {
    damage(kind, backup.uuid(), backup.source(), key, message + others(backup), true);
  }

  /** It may be the good one. */
  private String others(StoredBackup backup) {
    return inventory.duplicates().stream()
        .map(duplicate -> duplicate.object())
        .filter(object -> object.uuid().equals(backup.uuid()))
        .map(object -> "; another object of the same snapshot is " + object.key())
        .collect(Collectors.joining());
  }

  /**
   * The same, of what need not be in the inventory.
   *
   * @param wasBackup whether it is itself one of those that are lost
   */
  void damage(
      Finding.Kind kind,
      UUID uuid,
      UUID source,
      @Nullable ObjectKey key,
      String message,
      boolean wasBackup) {
    var dependents = inventory.descendants(uuid);
    var lost = inventory.lostWith(uuid, wasBackup, snapshots::canBeSent);
    var severity = lost.isEmpty() ? Severity.ERROR : Severity.CRITICAL;
    var advice = firstOfAll(kind, uuid) + advice(repairing(kind, uuid), lost);
    add(new Finding(severity, kind, uuid, source, key, dependents, message, advice));
  }

  /** What costs nothing, and may be all that there is to do. */
  private String firstOfAll(Finding.Kind kind, UUID uuid) {
    return switch (kind) {
      case COMMIT_UNUSABLE -> recommitting(uuid) + " if the segments are whole; else: ";
      case NOT_RECEIVED ->
          "its send stream is whole, so that a newer btrfs-progs or kernel may take it; else: ";
      case COMMAND_FAILED ->
          "run the commands of restore_through on it by hand: it need not be damaged if they lack"
              + " something here, such as a key; else: ";
      default -> "";
    };
  }

  /** The way to write a commit object anew. */
  String recommitting(UUID uuid) {
    return "btrfs2s3 repair --remote " + remote + " --commit " + uuid + " writes it anew";
  }

  /** What a listing does not show has to be named. */
  private String repairing(Finding.Kind kind, UUID uuid) {
    boolean isListed =
        switch (kind) {
          case SEGMENTS_MISSING, PARENT_MISSING, CYCLE, VANISHED -> true;
          default -> false;
        };
    return "btrfs2s3 repair --remote " + remote + (isListed ? "" : " --backup " + uuid);
  }

  private static String advice(String repairing, List<UUID> lost) {
    if (lost.isEmpty()) {
      return "the local snapshots that this takes are there: " + repairing;
    }
    var named =
        lost.stream().limit(NAMED).map(UUID::toString).collect(Collectors.joining(", "))
            + (lost.size() > NAMED ? " and " + (lost.size() - NAMED) + " more" : "");
    return "no usable snapshot on this machine from which "
        + named
        + " could be made whole: look for another remote or machine that has it, and keep what is"
        + " left ("
        + repairing
        + " uploads again what has a snapshot)";
  }

  /**
   * What is demanded of a backup is not there, which may as well be a mistake of whoever demands:
   * nothing is advised that would replace it.
   */
  void unsigned(StoredBackup backup, ObjectKey key, String message) {
    add(
        new Finding(
            Severity.ERROR,
            Finding.Kind.NOT_SIGNED,
            backup.uuid(),
            backup.source(),
            key,
            inventory.descendants(backup.uuid()),
            message,
            "look whether the certificate is the right one (--require-signature-by, or"
                + " restore.require_signature_by): with it, and with no other, this backup is"
                + " refused. If it is, somebody else wrote this object: do not restore it"));
  }

  void add(Finding finding) {
    findings.add(finding);
    listener.on(new VerifyEvent.Found(finding));
  }

  /** Something of a backup that loses nothing. */
  void note(
      Severity severity,
      Finding.Kind kind,
      StoredBackup backup,
      ObjectKey key,
      String message,
      String advice) {
    add(
        new Finding(
            severity, kind, backup.uuid(), backup.source(), key, List.of(), message, advice));
  }

  /** Something that is not about a backup. */
  void note(Severity severity, Finding.Kind kind, String message, String advice) {
    add(new Finding(severity, kind, null, null, null, List.of(), message, advice));
  }

  void notChecked(StoredBackup backup, ObjectKey key, String message) {
    notChecked(new NotChecked(backup.uuid(), key, false, message));
  }

  /** It is there, but this version cannot tell whether it is whole. */
  void unsupported(BackupIdentity backup, String message) {
    notChecked(new NotChecked(backup.uuid(), null, false, message));
  }

  /** Nothing is there that could be looked at, although something should be. */
  void nothingThere(String message) {
    notChecked(new NotChecked(null, null, false, message));
  }

  /** There is no key or command for it. */
  void undecodable(StoredBackup backup, ObjectKey key, String message) {
    notChecked(new NotChecked(backup.uuid(), key, true, message));
  }

  private void notChecked(NotChecked what) {
    notChecked.add(what);
    listener.on(new VerifyEvent.Unchecked(what));
  }

  List<Finding> findings() {
    return findings;
  }

  List<NotChecked> notChecked() {
    return notChecked;
  }
}
